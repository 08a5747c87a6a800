import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request as the server got it. */
export interface SeenRequest<Body> {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Body
}

/** What the server does: an answer, no answer at all, or an end of the connection in the middle of one. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown }
  | 'silence'
  | 'hang up'

/** `number` counts the requests from 0. */
export type Behaviour<Body> = (request: SeenRequest<Body>, number: number) => Reply | Promise<Reply>

export interface JsonServer<Body> extends AsyncDisposable {
  readonly baseUrl: string
  readonly requests: readonly SeenRequest<Body>[]
  /** Resolves once this many requests have arrived. */
  seen(count: number): Promise<void>
  /** Resolves once the client has closed this many requests that were not answered. */
  abandoned(count: number): Promise<void>
  close(): Promise<void>
}

/** An error in OpenAI's form. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: { error: { message, type: 'invalid_request_error', code: null } } }
}

export async function startJsonServer<Body>(behave: Behaviour<Body>): Promise<JsonServer<Body>> {
  const requests: SeenRequest<Body>[] = []
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
    const body = JSON.parse(await text(incoming)) as Body
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
