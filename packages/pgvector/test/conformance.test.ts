import { indexCases, registerCases } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openPgvectorIndex } from '@agentmem/pgvector'
import type { PgvectorIndexOptions } from '@agentmem/pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openPglite } from './open-pglite.ts'

const dimensions = 32
let pglite: PGlite | undefined
let server: PGLiteSocketServer | undefined
let url = ''
let schemas = 0

beforeAll(async () => {
  pglite = await openPglite()
  server = new PGLiteSocketServer({ db: pglite, port: 0, maxConnections: 10 })
  await server.start()
  url = `postgres://postgres@${server.getServerConn()}/postgres`
}, 120_000)

afterAll(async () => {
  await server?.stop()
  await pglite?.close()
})

function register(options: () => Partial<PgvectorIndexOptions>): void {
  registerCases(describe, it, indexCases, async () => {
    const schema = `conformance_${schemas++}`
    const openAgain = (): Promise<VectorIndex> => openPgvectorIndex({ dimensions, schema, ...options() })
    const part = await openAgain()
    const drop = `drop schema if exists ${schema} cascade`
    return {
      part,
      openAgain,
      async breakBackend() {
        await pglite?.exec(drop)
      },
      async teardown() {
        await part.close()
        await pglite?.exec(drop)
      },
    }
  })
}

describe('in the process, scanned exactly', () => register(() => ({ pglite })))
describe('in the process, by the graph', () => register(() => ({ pglite, exactUpTo: 0 })))
describe('through the driver pg, by the graph', () => register(() => ({ url, exactUpTo: 0, connections: 2 })))
