import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MemoryError } from '@agentmem/core'
import type { Memory } from '@agentmem/core'
import { answerRequests } from './answer-requests.ts'
import { Door } from './door.ts'
import { readPageFiles } from './page-files.ts'
import { readStudioOptions } from './studio-options.ts'
import type { StudioOptions } from './studio-options.ts'

/** A studio that is being served. */
export interface Studio extends AsyncDisposable {
  /** Opens the page, with the token in the part that a browser sends to nobody: 'http://127.0.0.1:4983/#token'. */
  readonly url: string
  /** Ends requests under way, and serves no more. The memory stays open. Idempotent. */
  readonly close: () => Promise<void>
}

/**
 * Serves a page that shows what a memory holds, to people on this machine who know its URL.
 *
 * Throws `INVALID_ARGUMENT` for an address that is no loopback, `UNAVAILABLE` when the port is taken, and `NOT_INSTALLED`
 * when the files of the page are not there.
 *
 * @example
 * const studio = await openStudio({ memory, readOnly: true })
 * console.log(studio.url)
 */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { memory, host, port, readOnly, token, label, redact } = readStudioOptions(options)
  const files = await readPageFiles()
  const about = { label: label ?? (await storeName(memory)), bound: memory.bound, readOnly }
  const server = createServer()
  const taken = await listen(server, host, port)
  const place = `${host.includes(':') ? `[${host}]` : host}:${taken}`
  const door = new Door({ token, host: place, port: taken })
  const { answer, end } = answerRequests({ memory, about, door, files, redact })
  server.on('request', answer)
  const close = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    await end()
    server.closeAllConnections()
    await closed
  }
  return { url: `http://${place}/#${token}`, close, [Symbol.asyncDispose]: close }
}

/** The memory of one organization of several says nothing of what they share. */
async function storeName(memory: Memory): Promise<string> {
  try {
    return (await memory.stats()).store.name
  } catch (error) {
    if (MemoryError.is(error) && error.code === 'INVALID_ARGUMENT') return memory.bound.orgId
    throw error
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const message = `Nothing can be served at ${host}, port ${port}: ${why}. Give another port, or 0 for a free one.`
    throw new MemoryError('UNAVAILABLE', message, { cause })
  }
}
