import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { HashEmbedder } from '@agentmem/core'

export const dimensions = 32

/** What a request of an OpenAI-compatible client has. */
export interface SeenRequest {
  readonly path: string
  readonly body: {
    readonly input?: readonly string[]
    readonly messages?: readonly { readonly role: string; readonly content: unknown }[]
    readonly stream?: boolean
    readonly tools?: readonly unknown[]
    readonly dimensions?: number
    readonly user?: string
  }
}

/** In place of the usual answer: a status, vectors made from the usual ones, or nothing at all. */
export type Misbehaviour =
  | { readonly status: number }
  | { readonly vectors: (vectors: number[][]) => unknown[] }
  | 'silence'

export interface LoopbackServer extends AsyncDisposable {
  readonly baseURL: string
  readonly requests: readonly SeenRequest[]
  /** Resolves when a client has closed a request that was not answered. */
  readonly abandoned: Promise<void>
  /** For all requests from now on; undefined: it behaves. */
  misbehave(how: Misbehaviour | undefined): void
  close(): Promise<void>
}

const embedder = new HashEmbedder({ dimensions })

/** A server with the endpoints /embeddings and /chat/completions, which answers a chat by a fixed text. */
export async function startLoopback(answer = 'It leaves at nine.'): Promise<LoopbackServer> {
  const requests: SeenRequest[] = []
  let misbehaviour: Misbehaviour | undefined
  const abandoned = Promise.withResolvers<void>()
  const reply = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = { path: incoming.url ?? '', body: (await json(incoming)) as SeenRequest['body'] }
    requests.push(request)
    outgoing.once('close', () => {
      if (!outgoing.writableEnded) abandoned.resolve()
    })
    if (misbehaviour === 'silence') return
    if (misbehaviour && 'status' in misbehaviour) {
      outgoing.writeHead(misbehaviour.status, { 'content-type': 'application/json' })
      outgoing.end(
        JSON.stringify({ error: { message: `status ${misbehaviour.status}`, type: 'x', code: null } }),
      )
      return
    }
    if (request.path.endsWith('/embeddings')) {
      const { input = [] } = request.body
      const usual = (await embedder.embed(input)).map(vector => Array.from(vector))
      const vectors = misbehaviour ? misbehaviour.vectors(usual) : usual
      const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }))
      const usage = { prompt_tokens: input.length, total_tokens: input.length }
      send(outgoing, 'application/json', JSON.stringify({ object: 'list', model: 'hash', data, usage }))
    } else if (request.body.stream) {
      const pieces = [
        { role: 'assistant', content: '' },
        ...answer.split(/(?<= )/).map(content => ({ content })),
      ]
      const events = [
        ...pieces.map(delta => chunk({ delta, finish_reason: null })),
        chunk({ delta: {}, finish_reason: 'stop' }),
        '[DONE]',
      ]
      send(outgoing, 'text/event-stream', events.map(event => `data: ${event}\n\n`).join(''))
    } else {
      const message = { role: 'assistant', content: answer }
      const choices = [{ index: 0, message, finish_reason: 'stop' }]
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
      const whole = { id: '1', object: 'chat.completion', created: 1, model: 'fixed', choices, usage }
      send(outgoing, 'application/json', JSON.stringify(whole))
    }
  }
  const server = createServer((incoming, outgoing) => void reply(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    abandoned: abandoned.promise,
    misbehave: how => (misbehaviour = how),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function send(outgoing: ServerResponse, type: string, body: string): void {
  outgoing.writeHead(200, { 'content-type': type })
  outgoing.end(body)
}

function chunk(choice: object): string {
  const choices = [{ index: 0, ...choice }]
  return JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'fixed', choices })
}
