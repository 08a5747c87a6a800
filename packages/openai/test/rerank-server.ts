import { openHttpReranker } from '@agentmem/openai'
import type { HttpReranker, HttpRerankerOptions } from '@agentmem/openai'
import { startJsonServer } from './json-server.ts'
import type { Behaviour, JsonServer } from './json-server.ts'

/** What a reranker asks for, in either shape. */
export interface RerankRequest {
  readonly model?: string
  readonly query: string
  readonly documents?: readonly string[]
  readonly texts?: readonly string[]
}

/** A score as the server has it, before it is wrapped in the form of a service. */
export interface Ranked {
  readonly index: number
  readonly score: number
}

/** The share of the query's words that each text has, the best first, as services answer. */
export function rankedOf({ query, documents = [], texts = documents }: RerankRequest): Ranked[] {
  const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}+/gu) ?? []
  const asked = wordsOf(query)
  const ranked = texts.map((text, index) => {
    const words = new Set(wordsOf(text))
    return { index, score: asked.filter(word => words.has(word)).length / Math.max(1, asked.length) }
  })
  return ranked.toSorted((a, b) => b.score - a.score)
}

/** The scores of a well behaved server, in the order of the texts. */
export function scoresOf(query: string, texts: readonly string[]): number[] {
  return rankedOf({ query, texts })
    .toSorted((a, b) => a.index - b.index)
    .map(({ score }) => score)
}

/** As Cohere, Jina and vLLM answer. */
export const cohere = (ranked: readonly Ranked[]): object => ({
  id: '1',
  results: ranked.map(({ index, score }) => ({ index, relevance_score: score })),
})

export const behaveWell: Behaviour<RerankRequest> = ({ body }) => ({ body: cohere(rankedOf(body)) })

export interface RerankerOnServer extends AsyncDisposable {
  readonly server: JsonServer<RerankRequest>
  readonly reranker: HttpReranker
}

/** A reranker on a server of its own, with waits of at most a millisecond. */
export async function openOnRerankServer(
  behave: Behaviour<RerankRequest> = behaveWell,
  options: Partial<HttpRerankerOptions> = {},
): Promise<RerankerOnServer> {
  const server = await startJsonServer(behave)
  const { baseUrl } = server
  const reranker = await openHttpReranker({ model: 'words', baseUrl, retryDelayMs: 1, ...options })
  return {
    server,
    reranker,
    async [Symbol.asyncDispose]() {
      await server.close()
      await reranker.close()
    },
  }
}
