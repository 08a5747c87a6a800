import { randomBytes } from 'node:crypto'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { afterAll, beforeEach } from 'vitest'

/** A Postgres that has the extension. */
export interface PgvectorServer {
  readonly url: () => string
  readonly query: (text: string, values?: unknown[]) => Promise<unknown[]>
  readonly freshSchema: () => string
  readonly drop: (schema: string) => Promise<unknown>
}

const required =
  (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('pgvector') ||
  Boolean(process.env['AGENTMEM_PGVECTOR_URL'])

/**
 * Tests that need pgvector on a server: that of AGENTMEM_PGVECTOR_URL, or the Postgres of the other tests. Where it lacks
 * the extension they are skipped and say so, unless AGENTMEM_PGVECTOR_URL is set or AGENTMEM_REQUIRE names pgvector.
 */
export function describeWithPgvector(title: string, body: (server: PgvectorServer) => void): void {
  describeWithServer('postgres', title, server => {
    let admin: pg.Pool | undefined
    let hasVector: boolean | undefined
    const pool = (): pg.Pool => (admin ??= new pg.Pool({ connectionString: server().url }))

    beforeEach(async context => {
      const reason = `${title}: the server ${server().version} has no extension vector`
      if (hasVector === undefined) {
        const { rowCount } = await pool().query(`select from pg_available_extensions where name = 'vector'`)
        hasVector = rowCount === 1
        if (!hasVector && !required) console.error(`Skipped: ${reason}`)
      }
      if (!hasVector && required) throw new Error(reason)
      context.skip(!hasVector, reason)
    })
    afterAll(() => admin?.end())

    body({
      url: () => server().url,
      query: async (text, values = []) => (await pool().query(text, values)).rows as unknown[],
      freshSchema: () => `pgvector_${randomBytes(6).toString('hex')}`,
      drop: schema =>
        pool().query(`set client_min_messages = warning; drop schema if exists ${schema} cascade`),
    })
  })
}
