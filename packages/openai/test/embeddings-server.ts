import { HashEmbedder } from '@agentmem/core'
import { startJsonServer } from './json-server.ts'
import type { Behaviour, JsonServer, SeenRequest } from './json-server.ts'

export const dimensions = 32

/** What an embedder asks for. */
export interface EmbeddingsRequest {
  readonly model: string
  readonly input: readonly string[]
  readonly encoding_format: string
  readonly dimensions?: number
}

export type EmbeddingsBehaviour = Behaviour<EmbeddingsRequest>
export type EmbeddingsServer = JsonServer<EmbeddingsRequest>

interface Item {
  readonly object: 'embedding'
  readonly index: number
  readonly embedding: unknown
}

export interface Embeddings {
  readonly object: 'list'
  readonly data: readonly Item[]
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number }
}

const embedder = new HashEmbedder({ dimensions })

/** The vectors that a well behaved server answers with. */
export const vectorsOf = (texts: readonly string[]): Promise<Float32Array[]> => embedder.embed(texts)

/** The answer of a well behaved server. */
export async function embeddingsOf({ body }: SeenRequest<EmbeddingsRequest>): Promise<Embeddings> {
  const vectors = await vectorsOf(body.input)
  const data = vectors.map((vector, index) => ({
    object: 'embedding' as const,
    index,
    embedding:
      body.encoding_format === 'base64'
        ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
        : Array.from(vector),
  }))
  const tokens = body.input.length
  return { object: 'list', data, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

export const behaveWell: EmbeddingsBehaviour = async request => ({ body: await embeddingsOf(request) })

export function startServer(behave: EmbeddingsBehaviour = behaveWell): Promise<EmbeddingsServer> {
  return startJsonServer(behave)
}
