import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { openStudio } from '@agentmem/studio'
import type { Studio, StudioOptions } from '@agentmem/studio'
import type { Memory } from '@agentmem/core'
import { onTestFinished } from 'vitest'
import { sampleMemory } from './sample-memory.ts'

/** What a request was answered with. */
export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A studio of the sample memory, or of another, that is gone when the test is over. */
export async function opened(
  options: Partial<StudioOptions> = {},
): Promise<{ readonly studio: Studio; readonly memory: Memory }> {
  const memory = options.memory ?? (await sampleMemory())
  const studio = await openStudio({ ...options, memory })
  onTestFinished(async () => {
    await studio.close()
    await memory.close()
  })
  return { studio, memory }
}

/** The token that the URL of a studio has. */
export function tokenOf({ url }: Studio): string {
  return new URL(url).hash.slice(1)
}

/** Sends any request, also one that a browser would not send, such as with another Host. */
export function send(
  { url }: Studio,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Readonly<Record<string, string>>; body?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((done, failed) => {
    const sent = request(
      { hostname: hostname.replaceAll(/[[\]]/g, ''), port, path, method, headers },
      response => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => done({ status: response.statusCode, headers: response.headers, text }))
        response.on('error', failed)
      },
    )
    sent.on('error', failed)
    sent.end(body)
  })
}

/** Makes a call with the token, and returns its status with what it answers. */
export async function call(
  studio: Studio,
  name: string,
  input: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly [status: number | undefined, answer: unknown]> {
  const { status, text } = await send(studio, `/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(studio)}`, ...headers },
    body: JSON.stringify(input),
  })
  return [status, JSON.parse(text)]
}
