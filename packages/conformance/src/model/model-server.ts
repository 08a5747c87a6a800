import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { saidIn } from './model-script.ts'
import type { ModelScript } from './model-script.ts'

export interface ModelServer extends AsyncDisposable {
  /** The address before `/chat/completions`. */
  readonly baseUrl: string
  /** The bodies of all requests. */
  readonly bodies: readonly Record<string, unknown>[]
  /** What `response_format` it takes. Default: all. Another is answered with 400. */
  formats: readonly string[]
}

interface ChatBody extends Record<string, unknown> {
  readonly messages?: readonly { readonly role: string; readonly content: string }[]
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: unknown } }
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
}

/** A server on this machine that answers chat completions by a script. What nobody scripted gets 400, and is noted there. */
export async function modelServer(script: ModelScript): Promise<ModelServer> {
  const bodies: ChatBody[] = []
  const state = { formats: ['json_schema', 'json_object', 'text'] as readonly string[] }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
    const body = JSON.parse(text) as ChatBody
    bodies.push(body)
    const send = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify(value))
    }
    const format = body.response_format?.type ?? 'text'
    if (!state.formats.includes(format)) {
      send(400, { error: { message: `This endpoint has no response_format of the type ${format}.` } })
      return
    }
    const [system, user] = ['system', 'user'].map(
      role => body.messages?.find(message => message.role === role)?.content ?? '',
    )
    const schema = body.response_format?.json_schema?.schema
    const maxOutputTokens = body.max_tokens ?? body.max_completion_tokens ?? 0
    const scripted = script.take({ system: system ?? '', user: user ?? '', schema, maxOutputTokens })
    if (!scripted) {
      send(400, { error: { message: 'Nothing was written for this request.' } })
      return
    }
    if (scripted.takes) await setTimeout(scripted.takes, undefined, { ref: false })
    if (scripted.fails !== undefined) {
      send(scripted.fails, { error: { message: `It answered ${scripted.fails}.` } })
      return
    }
    const { finish = 'stop', usage = { input: 10, output: 5 } } = scripted
    const message =
      finish === 'refused'
        ? { role: 'assistant', content: null, refusal: 'I cannot help with that.' }
        : { role: 'assistant', content: saidIn(scripted), refusal: null }
    send(200, {
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish === 'length' ? 'length' : 'stop' }],
      usage: { prompt_tokens: usage.input, completion_tokens: usage.output },
    })
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
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
