import { indexCases, indexEntries, registerCases } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openPgvectorIndex } from '@agentmem/pgvector'
import type { PgvectorIndexOptions } from '@agentmem/pgvector'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { describeWithPgvector } from './describe-with-pgvector.ts'

const dimensions = 32
const entries = indexEntries(dimensions, 60)

describeWithPgvector('on a server', server => {
  const { query, freshSchema, drop } = server

  describe.each([
    ['by the graph', { exactUpTo: 0 }],
    ['scanned exactly', {}],
  ])('the index, %s', (_how, options) => {
    registerCases(describe, it, indexCases, async () => {
      const schema = freshSchema()
      const openAgain = (): Promise<VectorIndex> =>
        openPgvectorIndex({ url: server.url(), dimensions, schema, ...options })
      const part = await openAgain()
      return {
        part,
        openAgain,
        breakBackend: async () => void (await drop(schema)),
        async teardown() {
          await part.close()
          await drop(schema)
        },
      }
    })
  })

  /** An index whose graph cannot be completed before `release`, as a write of others is not committed yet. */
  const withBlockedBuild = async (options: Partial<PgvectorIndexOptions>) => {
    const schema = freshSchema()
    const index = await openPgvectorIndex({ dimensions, schema, exactUpTo: 10, ...options })
    await index.apply({ upserts: entries, deletes: [], cursor: 60 })
    const blocker = new pg.Client({ connectionString: server.url() })
    await blocker.connect()
    await blocker.query(`begin; lock table ${schema}.vectors in row exclusive mode`)
    const building = `select from pg_stat_activity where query like '%create index concurrently%' || $1 || '%'
      and wait_event_type = 'Lock' and pid <> pg_backend_pid() and clock_timestamp() - query_start > $2::interval`
    return {
      schema,
      index,
      untilBuilding: async (atLeast: string): Promise<void> => {
        while ((await query(building, [schema, atLeast])).length === 0) {
          await new Promise(resolve => setTimeout(resolve, 20))
        }
      },
      release: async (): Promise<void> => {
        await blocker.query('rollback')
        await blocker.end()
      },
    }
  }

  it('a time limit of statements does not end the building of the graph', async () => {
    const { schema, index, untilBuilding, release } = await withBlockedBuild({
      url: server.url(),
      statementTimeoutMs: 500,
    })
    const optimizing = index.optimize()
    await untilBuilding('1 second')
    await release()
    await optimizing
    expect(await index.stats()).toMatchObject({ graph: true, vectors: 60 })
    const locker = new pg.Client({ connectionString: server.url() })
    await locker.connect()
    await locker.query(`begin; lock table ${schema}.vectors in access exclusive mode`)
    // Every connection has its limit, the one that has built as well.
    const [first] = entries
    const asked = Array.from({ length: 4 }, () => index.get([first?.id ?? '']))
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'TIMEOUT' } })
    }
    await locker.end()
    await index.close()
    await drop(schema)
  })

  it.each([
    ['over a url', 'url', {}],
    ['over the only connection of a url', 'url', { connections: 1, acquireTimeoutMs: 300 }],
    ['over a pool', 'pool', {}],
    ['over the only connection of a Kysely', 'db', { acquireTimeoutMs: 300 }],
  ] as const)('closing does not wait for the graph: %s', async (_how, kind, options) => {
    const pool = new pg.Pool({ connectionString: server.url(), max: kind === 'db' ? 1 : 4 })
    const place = {
      url: { url: server.url() },
      pool: { pool },
      db: { db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }) },
    }[kind]
    const { schema, index, untilBuilding, release } = await withBlockedBuild({ ...place, ...options })
    // It is built when writes have paused for two seconds.
    await untilBuilding('0 seconds')
    await index.close()
    await release()
    await pool.end()
    await using again = await openPgvectorIndex({ url: server.url(), dimensions, schema, exactUpTo: 10 })
    await again.optimize()
    expect(await again.stats()).toMatchObject({ graph: true, vectors: 60 })
    await drop(schema)
  })

  it('a connection that the server ends is replaced', async () => {
    const schema = freshSchema()
    const url = `${server.url()}?application_name=${schema}`
    await using index = await openPgvectorIndex({ url, dimensions, schema })
    await index.apply({ upserts: entries, deletes: [], cursor: 60, after: 0 })
    const killed = await query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [schema],
    )
    expect(killed.length).toBeGreaterThan(0)
    expect(await index.cursor()).toBe(60)
    await drop(schema)
  })
})
