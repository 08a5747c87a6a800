// A PGlite with pgvector behind a socket, in a process of its own: a Postgres for libraries that bring their driver.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const folder = await mkdtemp(join(tmpdir(), 'agentmem-pglite-'))
const db = await PGlite.create(folder, { extensions: { vector } })
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 20 })
const listening = new Promise<{ host: string; port: number }>(resolve => {
  server.addEventListener('listening', event =>
    resolve((event as CustomEvent<{ host: string; port: number }>).detail),
  )
})
await server.start()
const { host, port } = await listening
process.send?.({ url: `postgres://postgres:postgres@${host}:${port}/postgres` })
process.once('disconnect', () => {
  void (async () => {
    await server.stop()
    await db.close()
    await rm(folder, { recursive: true, force: true })
    process.exit(0)
  })()
})
