import type { IncomingMessage } from 'node:http'
import { parseJson } from '@agentmem/core/adapter'
import { Refusal } from './refusal.ts'

/** A query may have a million characters, of up to six bytes each where JSON escapes them; filters and the rest are small. */
const mostBytes = 8 * 1024 * 1024

/** What a call was given: the names are those that it takes, the values are not checked. */
export type Input = Readonly<Record<string, unknown>>

/**
 * Reads the body of a request: a JSON object with no other keys than these. An empty body is {}. A type that a form of
 * another page could send is refused.
 */
export async function readInput(
  request: IncomingMessage,
  call: string,
  keys: readonly string[],
): Promise<Input> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw new Refusal(415, 'INVALID_ARGUMENT', 'A call takes JSON: send content-type: application/json.')
  const body = parse(await readBody(request))
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw notJson('no object')
  for (const key of Object.keys(body)) {
    if (keys.includes(key)) continue
    const known = keys.length > 0 ? `it takes ${keys.join(', ')}` : 'it takes nothing'
    throw new Refusal(400, 'INVALID_ARGUMENT', `'${call}' takes no '${key}'; ${known}.`)
  }
  return body as Input
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > mostBytes)
      throw new Refusal(413, 'INVALID_ARGUMENT', `A call takes at most ${mostBytes} bytes of JSON.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  if (text === '') return {}
  try {
    return parseJson(text)
  } catch (cause) {
    throw notJson(cause instanceof Error ? cause.message : String(cause))
  }
}

function notJson(why: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `A call takes a JSON object: ${why}.`)
}
