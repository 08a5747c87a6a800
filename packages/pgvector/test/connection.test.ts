import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { indexEntries, silentProxy } from '@agentmem/conformance'
import { MemoryError } from '@agentmem/core/adapter'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import { isPassing, postgresError } from '@agentmem/postgres/connection'
import type { AnyKysely } from '@agentmem/postgres/connection'
import { Kysely, PostgresDialect } from 'kysely'
import type { CompiledQuery } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PgliteServer } from './pglite-server.ts'

const dimensions = 8
const entries = indexEntries(dimensions, 20)
const query = { vector: entries[0]?.vector ?? new Float32Array(), k: 3, scope: { orgId: 'acme' } }
let server: PgliteServer
let schemas = 0

beforeAll(async () => {
  server = await PgliteServer.start()
}, 120_000)
afterAll(() => server?.[Symbol.asyncDispose]())

test('a server that accepts and says nothing is TIMEOUT, and the password stays secret', async () => {
  await using silent = createServer(socket => socket.resume()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const url = `postgres://alice:very-secret@127.0.0.1:${port}/memories`
  const opening = openPgvectorIndex({ url, dimensions, acquireTimeoutMs: 200 })
  await expect(opening).rejects.toMatchObject({
    code: 'TIMEOUT',
    retryable: true,
    message: expect.stringMatching(/within 200 ms; raise connections or acquireTimeoutMs/) as string,
  })
  await expect(opening).rejects.not.toThrow(/very-secret/)
})

type Fault = Error | undefined

/** A Kysely whose statements fail as `fails` says, before or after the server has run them; or are held up by it. */
function failing(
  db: AnyKysely | undefined,
  fails: (query: CompiledQuery, when: 'before' | 'after') => Fault | Promise<Fault>,
): AnyKysely {
  const wrapped = (inner?: { executeQuery<R>(query: CompiledQuery<R>): Promise<{ rows: R[] }> }) => ({
    async executeQuery<R>(query: CompiledQuery<R>): Promise<{ rows: R[] }> {
      const before = await fails(query, 'before')
      if (before !== undefined) throw before
      const answer = (await inner?.executeQuery(query)) ?? { rows: [] }
      const after = await fails(query, 'after')
      if (after !== undefined) throw after
      return answer
    },
  })
  return {
    withoutPlugins: () => ({
      connection: () => ({
        execute: work =>
          db
            ? db
                .withoutPlugins()
                .connection()
                .execute(inner => work(wrapped(inner)))
            : work(wrapped()),
      }),
    }),
  }
}

const withCode = (code: string): Error => Object.assign(new Error('as the server says'), { code })

describe('an error of the server', () => {
  const codes =
    `40001 40P01 55P03 57P01 57014 08006 ECONNREFUSED ENOTFOUND 28P01 3D000 3F000 42501 25006 53100 53300
    XX001 42601`.split(/\s+/)
  test.each(codes)('%s is the same of a Store and of an index', async code => {
    const db = failing(undefined, () => withCode(code))
    const [ofStore, ofIndex] = await Promise.all([
      openPostgresStore({ db }).catch((error: unknown) => error),
      openPgvectorIndex({ db, dimensions }).catch((error: unknown) => error),
    ])
    if (!MemoryError.is(ofStore) || !MemoryError.is(ofIndex)) throw new Error('not a MemoryError')
    expect([ofIndex.code, ofIndex.retryable]).toEqual([ofStore.code, ofStore.retryable])
    const known = postgresError(withCode(code))
    if (known) expect([ofStore.message, ofIndex.message]).toEqual([known.message, known.message])
  })
})

describe('over a Kysely of others', () => {
  const open = async (fails: Parameters<typeof failing>[1], max = 1) => {
    const pool = new pg.Pool({ connectionString: server.url, max })
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    const index = await openPgvectorIndex({
      db: failing(db, fails),
      dimensions,
      schema: `kysely_${schemas++}`,
    })
    const close = async (): Promise<void> => {
      await index.close()
      await db.destroy()
    }
    return { index, close }
  }

  test.each(['40P01', '40001', '55P03', '57P01'])('what failed with %s is tried again', async code => {
    let failures = 0
    const { index, close } = await open(({ sql }, when) => {
      const isDue = when === 'before' && failures < 2 && sql.includes('<#>')
      return isDue && ++failures > 0 ? withCode(code) : undefined
    })
    await index.apply({ upserts: entries, deletes: [], cursor: 20 })
    expect((await index.search([query]))[0]?.[0]?.id).toBe(entries[0]?.id)
    expect(failures).toBe(2)
    await close()
  })

  test.each(['53100', '57014', '42501'])('what failed with %s is not', async code => {
    let asked = 0
    const { index, close } = await open(({ sql }, when) => {
      return when === 'before' && sql.includes('<#>') && ++asked > 0 ? withCode(code) : undefined
    })
    const { code: expected, retryable } = postgresError(withCode(code)) ?? {}
    await expect(index.search([query])).rejects.toMatchObject({ code: expected, retryable })
    expect([asked, isPassing(withCode(code))]).toEqual([1, false])
    await close()
  })

  test('a write whose answer was lost is taken for written, and not for the write of another', async () => {
    let losses = 0
    const { index, close } = await open(({ sql }, when) => {
      const isDue = when === 'after' && losses === 0 && sql.includes('with moved')
      return isDue && ++losses > 0 ? withCode('ECONNRESET') : undefined
    })
    await index.apply({ upserts: entries, deletes: [], cursor: 20, after: 0 })
    expect([losses, await index.cursor(), (await index.stats()).vectors]).toEqual([1, 20, 20])
    const late = index.apply({ upserts: [], deletes: [], cursor: 30, after: 10 })
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' })
    await close()
  })

  test.each(['apply', 'clear'] as const)(
    '%s waits for the write before it, although another connection is free',
    async second => {
      const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()]
      let writes = 0
      const { index, close } = await open(({ sql }, when) => {
        if (when === 'after' || !sql.includes('with moved') || writes++ > 0) return undefined
        reached.resolve()
        return held.promise
      }, 2)
      const first = index.apply({ upserts: entries.slice(0, 10), deletes: [], cursor: 10 })
      const next =
        second === 'clear'
          ? index.clear()
          : index.apply({ upserts: entries.slice(10), deletes: [], cursor: 20 })
      await reached.promise
      // Of two connections one is held: a second write that did not wait would be done before this reads the cursor.
      expect([await index.cursor(), writes]).toEqual([0, 1])
      held.resolve(undefined)
      await Promise.all([first, next])
      const end = second === 'clear' ? [0, 0] : [20, 20]
      expect([await index.cursor(), (await index.stats()).vectors]).toEqual(end)
      await close()
    },
  )

  test('a write that another overtook while it was tried again is a CONFLICT', async () => {
    let losses = 0
    const schema = `kysely_${schemas}`
    const { index, close } = await open(({ sql }, when) => {
      const isDue = when === 'before' && losses === 0 && sql.includes('with moved')
      return isDue && ++losses > 0 ? withCode('ECONNRESET') : undefined
    })
    await server.pglite.exec(`update ${schema}.vector_state set cursor = 7`)
    const overtaken = index.apply({ upserts: entries, deletes: [], cursor: 20, after: 0 })
    await expect(overtaken).rejects.toMatchObject({ code: 'CONFLICT' })
    await close()
  })
})

describe('over a pool', () => {
  test('says TIMEOUT when no connection becomes free, and finds again when one does', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 })
    const place = { pool, dimensions, schema: 'full_pool' }
    const index = await openPgvectorIndex({ ...place, acquireTimeoutMs: 300 })
    await index.apply({ upserts: entries, deletes: [], cursor: 20 })
    const taken = await pool.connect()
    await expect(index.search([query])).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
    taken.release()
    expect((await index.search([query]))[0]).toHaveLength(3)
    await index.close()
    expect(pool.listenerCount('error')).toBe(0)
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await pool.end()
  })

  test('many queries wait for one another without running into the limit', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 })
    const index = await openPgvectorIndex({ pool, dimensions, schema: 'many_queries' })
    await index.apply({ upserts: entries, deletes: [], cursor: 20 })
    let most = 0
    pool.on('acquire', () => (most = Math.max(most, pool.waitingCount)))
    const found = await index.search(Array.from({ length: 50 }, () => query))
    expect(found.every(matches => matches.length === 3)).toBe(true)
    // Four at once, of which one has the connection.
    expect(most).toBeLessThanOrEqual(3)
    await index.close()
    await pool.end()
  })
})

describe('over a url', () => {
  class Pool extends pg.Pool {
    static last: Pool | undefined
    readonly clients = new Set<pg.PoolClient>()

    constructor(config?: pg.PoolConfig) {
      super(config)
      Pool.last = this
      this.on('connect', client => this.clients.add(client))
    }
  }

  test('connections are made by the Pool of lib, with what the options say', async () => {
    await using index = await openPgvectorIndex({
      url: server.url,
      dimensions,
      schema: 'by_lib',
      connections: 3,
      statementTimeoutMs: 4_000,
      acquireTimeoutMs: 5_000,
      lib: { Pool },
    })
    expect(await index.cursor()).toBe(0)
    expect(Pool.last?.options).toMatchObject({
      max: 3,
      statement_timeout: 4_000,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      pipeline: true,
      fallback_application_name: 'agentmem-pgvector',
    })
  })

  test('a connection that dies, idle or at work, is replaced', async () => {
    const place = { url: server.url, dimensions, schema: 'killed', connections: 1 }
    await using index = await openPgvectorIndex({ ...place, lib: { Pool } })
    await index.apply({ upserts: entries, deletes: [], cursor: 20 })
    const kill = (): void => {
      for (const client of Pool.last?.clients ?? []) client.connection.stream.destroy()
    }
    const before = Pool.last?.clients.size ?? 0
    kill()
    expect((await index.search([query]))[0]).toHaveLength(3)
    Pool.last?.once('acquire', () => setImmediate(kill))
    expect((await index.search([query]))[0]).toHaveLength(3)
    expect(Pool.last?.clients.size).toBeGreaterThan(before)
  })
})

test.each([
  [{ statementTimeoutMs: 5 }, /statementTimeoutMs, which goes with url, pool and db/],
  [{ acquireTimeoutMs: 5 }, /acquireTimeoutMs, which goes with url, pool and db/],
  [{ acquireTimeoutMs: 0 }, /acquireTimeoutMs: 0/],
  [{ lib: 'pg' }, /lib: "pg"/],
])('%j is refused with a PGlite', async (options, message) => {
  const opening = openPgvectorIndex({ pglite: server.pglite, dimensions, ...(options as object) })
  await expect(opening).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('a server that says nothing any more ends no call but by its limit or its signal', async () => {
  await using proxy = await silentProxy(server.url)
  const place = { url: proxy.url, dimensions, schema: 'silent', connections: 1, statementTimeoutMs: 5_000 }
  await using index = await openPgvectorIndex(place)
  await index.apply({ upserts: entries, deletes: [], cursor: 20 })
  proxy.holdAnswers()
  const aborting = new AbortController()
  const aborted = expect(index.search([query], { signal: aborting.signal })).rejects.toMatchObject({
    code: 'ABORTED',
  })
  setTimeout(() => aborting.abort(), 50)
  await aborted
  proxy.cutAll()
  proxy.passAnswers()
  await expect.poll(() => index.search([query]).then(([found]) => found?.length)).toBe(3)
})
