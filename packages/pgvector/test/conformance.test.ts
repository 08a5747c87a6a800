import { indexCases, registerCases } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openPgvectorIndex } from '@agentmem/pgvector'
import type { PgvectorIndexOptions } from '@agentmem/pgvector'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { PgliteServer } from './pglite-server.ts'

const dimensions = 32
let server: PgliteServer | undefined
let pool: pg.Pool | undefined
let schemas = 0

beforeAll(async () => {
  server = await PgliteServer.start()
  pool = new pg.Pool({ connectionString: server.url, max: 2 })
}, 120_000)

afterAll(async () => {
  await pool?.end()
  await server?.[Symbol.asyncDispose]()
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
        await server?.pglite.exec(drop)
      },
      async teardown() {
        await part.close()
        await server?.pglite.exec(drop)
      },
    }
  })
}

describe('in the process, scanned exactly', () => register(() => ({ pglite: server?.pglite })))
describe('in the process, by the graph', () => register(() => ({ pglite: server?.pglite, exactUpTo: 0 })))
describe('through the driver pg, by the graph', () =>
  register(() => ({ url: server?.url, exactUpTo: 0, connections: 2 })))
describe('through a Kysely of others', () =>
  register(() => ({ db: pool && new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }) })))
