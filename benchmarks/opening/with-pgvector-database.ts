import { fork } from 'node:child_process'
import { join } from 'node:path'

import { pgliteBehindSocket } from '../measured/pglite-behind-socket.ts'
import { makePlace } from './own-place.ts'
import { urlOf } from './place.ts'
import type { StartedServers } from './start-servers.ts'

const program = join(import.meta.dirname, 'pglite-server.ts')

/** What the databases that are handed out are, for the reader of the report. */
export function pgvectorDatabase(servers: StartedServers): string {
  return servers.urls['pgvector'] === undefined
    ? pgliteBehindSocket
    : `${servers.versions['postgres']}, synchronous_commit=on`
}

/** Runs some work on an empty database with pgvector: on a server that has it, otherwise in PGlite behind a socket. */
export async function withPgvectorDatabase<T>(
  servers: StartedServers,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (servers.urls['pgvector'] !== undefined) {
    const place = await makePlace(['pgvector'], servers.urls)
    try {
      return await work(urlOf(place, 'pgvector'))
    } finally {
      await place.remove()
    }
  }
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', message => resolve((message as { url: string }).url))
      child.once('exit', code => reject(new Error(`PGlite ended with code ${code} before it listened.`)))
    })
    return await work(url)
  } finally {
    if (child.connected) child.disconnect()
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await ended
    clearTimeout(timer)
  }
}
