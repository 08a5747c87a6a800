import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { BatchRoutes } from './batch-routes.ts'
import { chatAnswer, failure, requestOf } from './chat-answer.ts'
import type { ChatBody, HttpReply } from './chat-answer.ts'
import type { ModelScript } from './model-script.ts'

export interface ModelServer extends AsyncDisposable {
  /** The address before `/chat/completions`. */
  readonly baseUrl: string
  /** The bodies of all chat completions, those of batches too. */
  readonly bodies: readonly Record<string, unknown>[]
  /** Method and path of each request, such as 'POST /batches'. */
  readonly calls: readonly string[]
  /** What `response_format` it takes. Default: all. Another is answered with 400. */
  formats: readonly string[]
  /** Whether it has `/files` and `/batches`, default true. */
  hasBatches: boolean
  /** Called before an answer is sent: true breaks the connection in its place. */
  breaks: (call: string) => boolean
}

/**
 * A server on this machine that answers chat completions, and batches of them, by a script. What nobody scripted gets 400, and
 * is noted there.
 */
export async function modelServer(script: ModelScript): Promise<ModelServer> {
  const bodies: ChatBody[] = []
  const calls: string[] = []
  const state = {
    formats: ['json_schema', 'json_object', 'text'] as readonly string[],
    hasBatches: true,
    breaks: (_call: string): boolean => false,
  }
  const batches = new BatchRoutes(script.jobs, bodies)
  const chat = async (text: string): Promise<HttpReply> => {
    const body = JSON.parse(text) as ChatBody
    bodies.push(body)
    const format = body.response_format?.type ?? 'text'
    if (!state.formats.includes(format))
      return failure(400, `This endpoint has no response_format of the type ${format}.`)
    const scripted = script.take(requestOf(body))
    if (scripted?.takes) await setTimeout(scripted.takes, undefined, { ref: false })
    return chatAnswer(scripted)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
    const { method = '', url = '', headers } = request
    const path = url.replace(/^\/v1/, '').replace(/\?.*$/, '')
    const call = `${method} ${path}`
    calls.push(call)
    const reply =
      path === '/chat/completions'
        ? await chat(text)
        : state.hasBatches
          ? batches.answer({ method, path, contentType: headers['content-type'] ?? '', text })
          : failure(404, 'There is nothing at this address.')
    if (state.breaks(call)) {
      response.destroy()
      return
    }
    const isFile = 'file' in reply
    response.writeHead(isFile ? 200 : reply.status, {
      'content-type': 'application/json',
      connection: 'close',
    })
    response.end(isFile ? reply.file : JSON.stringify(reply.value))
  }
  const server = createServer((request, response) => {
    // A client that has gone hears nothing.
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    bodies,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
