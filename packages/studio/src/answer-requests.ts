import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Memory } from '@agentmem/core'
import type { About, ErrorAnswer, SessionAnswer } from './answers.ts'
import { calls } from './calls.ts'
import type { Door } from './door.ts'
import { headersOf } from './headers.ts'
import type { PageFile } from './page-files.ts'
import { readInput } from './read-input.ts'
import { forbidden, nothingHere, refusalOf, unknownReader, wrongMethod } from './refusal.ts'

/** What requests are answered from. */
export interface Answering {
  readonly memory: Memory
  readonly about: About
  readonly door: Door
  readonly files: ReadonlyMap<string, PageFile>
  readonly redact: (text: string) => string
}

/** Answers requests: files of the page to everyone on this machine, calls to those whom the door admits. */
export function answerRequests({ memory, about, door, files, redact }: Answering): {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void
  /** Aborts the calls under way, and waits for their end. */
  readonly end: () => Promise<void>
} {
  const closing = new AbortController()
  const running = new Set<Promise<void>>()

  async function answerCall(
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<unknown> {
    if (request.method !== 'POST') throw wrongMethod('POST')
    if (!door.isOwnPage(request))
      throw forbidden('Another page has sent this; only the page of the studio may.')
    if (name === 'session') {
      if (!door.hasToken(request)) throw unknownReader()
      response.setHeader('set-cookie', door.setCookie)
      return { key: door.key } satisfies SessionAnswer
    }
    if (!door.admits(request)) throw unknownReader()
    const call = calls.get(name)
    if (!call) throw nothingHere(`There is no call '${name}'; there are ${[...calls.keys()].join(', ')}.`)
    if (call.writes && about.readOnly)
      throw forbidden(
        `The studio is read-only: '${name}' would change a memory. Open it without that option.`,
      )
    const input = await readInput(request, name, call.keys)
    // A reader who goes away waits for nothing any more.
    const left = new AbortController()
    response.once('close', () => left.abort())
    const signal = AbortSignal.any([left.signal, closing.signal])
    return call.run({ memory, about }, input, signal)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (!door.isMeant(request))
        throw forbidden('The Host of this request is another than that of the studio.')
      const path = (request.url ?? '/').split('?')[0] ?? '/'
      const name = /^\/api\/(\w+)$/.exec(path)?.[1]
      if (name !== undefined) return sendJson(response, 200, await answerCall(name, request, response))
      const file = files.get(path)
      if (!file) throw nothingHere('There is nothing at this path; the page is at /.')
      if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod('GET, HEAD')
      response.writeHead(200, { ...headersOf(file.type), 'content-length': file.body.byteLength })
      response.end(request.method === 'HEAD' ? undefined : file.body)
    } catch (error) {
      const { status, headers, code, message, retryable } = refusalOf(error)
      const body: ErrorAnswer = { error: { code, message: redact(message), retryable } }
      // What was not read of a body that was refused ends with its connection.
      if (!request.complete) response.setHeader('connection', 'close')
      sendJson(response, status, body, headers)
      request.resume()
    }
  }

  return {
    answer: (request, response) => {
      const done = answer(request, response).finally(() => running.delete(done))
      running.add(done)
    },
    end: async () => {
      closing.abort()
      await Promise.all(running)
    },
  }
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { ...headersOf('application/json; charset=utf-8'), ...headers })
  response.end(text)
}
