import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { HashEmbedder } from '@agentmem/core'

export const dimensions = 32

/** A request as the server got it. */
export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: {
    readonly model: string
    readonly input: readonly string[]
    readonly encoding_format: string
    readonly dimensions?: number
  }
}

/** What the server does: an answer, no answer at all, or an end of the connection in the middle of one. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown }
  | 'silence'
  | 'hang up'

/** `number` counts the requests from 0. */
export type Behaviour = (request: SeenRequest, number: number) => Reply | Promise<Reply>

export interface EmbeddingsServer extends AsyncDisposable {
  readonly baseUrl: string
  readonly requests: readonly SeenRequest[]
  /** Resolves once this many requests have arrived. */
  seen(count: number): Promise<void>
  /** Resolves once the client has closed this many requests that were not answered. */
  abandoned(count: number): Promise<void>
  close(): Promise<void>
}

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
export async function embeddingsOf({ body }: SeenRequest): Promise<Embeddings> {
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

export const behaveWell: Behaviour = async request => ({ body: await embeddingsOf(request) })

/** An error in OpenAI's form. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: { error: { message, type: 'invalid_request_error', code: null } } }
}

export async function startServer(behave: Behaviour = behaveWell): Promise<EmbeddingsServer> {
  const requests: SeenRequest[] = []
  let abandoned = 0
  const watchers = new Set<() => void>()
  const until = (holds: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const watch = (): void => {
        if (!holds()) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      watch()
    })
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(incoming)) as SeenRequest['body']
    const request = { path: incoming.url ?? '', headers: incoming.headers, body }
    outgoing.once('close', () => {
      if (!outgoing.writableEnded) abandoned++
      for (const watch of watchers) watch()
    })
    const reply = behave(request, requests.push(request) - 1)
    for (const watch of watchers) watch()
    send(await reply, outgoing)
  }
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    seen: count => until(() => requests.length >= count),
    abandoned: count => until(() => abandoned >= count),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function send(reply: Reply, outgoing: ServerResponse): void {
  if (reply === 'silence') return
  if (reply === 'hang up') {
    outgoing.writeHead(200, { 'content-length': 1000 }).write('{"data": [')
    setImmediate(() => outgoing.destroy())
    return
  }
  const { status = 200, headers = {}, body } = reply
  outgoing.writeHead(status, headers)
  outgoing.end(typeof body === 'string' ? body : JSON.stringify(body))
}
