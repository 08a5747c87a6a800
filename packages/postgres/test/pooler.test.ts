import { registerCases, storeCases, storedRecords } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import type { PostgresStoreOptions } from '@agentmem/postgres'
import { NoServer, startPgbouncer } from '@agentmem/testcontainers'
import type { Server } from '@agentmem/testcontainers'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { postgresUrl } from '../src/connection/postgres-url.ts'
import { readPostgresOptions } from '../src/postgres-options.ts'
import { FreshSchema } from './fresh-schema.ts'

describe('names of statements', () => {
  const prepareOf = (options: PostgresStoreOptions): unknown => {
    const { source } = readPostgresOptions(options)
    return 'prepare' in source ? source.prepare : undefined
  }
  test.each([
    [{ url: 'postgres://host/db' }, true],
    [{ url: 'postgres://host/db', prepare: false }, false],
    [{ url: 'postgres://host/db?pgbouncer=true' }, false],
    [{ url: 'postgres://u@aws-0-eu.pooler.supabase.com:6543/postgres' }, false],
    [{ url: 'postgres://u@aws-0-eu.pooler.supabase.com:5432/postgres' }, true],
    [{ url: 'postgres://host/db?pgbouncer=true', prepare: true }, true],
  ])('%j: %s', (options, prepare) => {
    expect(prepareOf(options)).toBe(prepare)
  })

  test('of a Kysely are its own', () => {
    const db = { withoutPlugins: () => undefined } as never
    expect(() => readPostgresOptions({ db, prepare: false })).toThrow(/prepare, which goes with url and pool/)
  })

  test('of a pooler are an option of the URL', () => {
    expect(postgresUrl.read('postgres://host/db?pgbouncer=maybe')).toBeUndefined()
  })
})

describeWithServer('postgres', 'behind PgBouncer in transaction mode', postgres => {
  let pooler: Server | undefined
  let missing: string | undefined
  let schema: FreshSchema
  beforeAll(async () => {
    try {
      pooler = await startPgbouncer(postgres().url)
    } catch (error) {
      const required = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('pgbouncer')
      if (!(error instanceof NoServer) || required) throw error
      missing = error.message
    }
    schema = new FreshSchema(postgres().url)
  })
  beforeEach(context => {
    if (missing !== undefined) context.skip(missing)
  })
  afterAll(async () => {
    await schema.drop()
    await pooler?.stop()
  })
  const options = (): PostgresStoreOptions => ({ url: pooler?.url ?? '', schema: schema.name })

  test.each([undefined, false, true])('a store opens, writes and reads, with prepare: %s', async prepare => {
    await using store = await openPostgresStore({ ...options(), prepare, tablePrefix: `p_${prepare}_` })
    const records = storedRecords(40)
    await Promise.all(records.map(record => store.put([record])))
    const keys = records.map(({ orgId, id }) => ({ orgId, id }))
    for (let n = 0; n < 5; n++) await Promise.all(keys.map(key => store.get([key])))
    expect((await store.stats()).memories).toBe(40)
  })

  test('two stores of one process share it', async () => {
    const opened = await Promise.all(
      ['a_', 'b_'].map(tablePrefix => openPostgresStore({ ...options(), tablePrefix })),
    )
    await Promise.all(opened.map((store, n) => store.put(storedRecords(n + 1))))
    await Promise.all(opened.flatMap(store => Array.from({ length: 20 }, () => store.head())))
    const counted = await Promise.all(opened.map(async store => (await store.stats()).memories))
    expect(counted).toEqual([1, 2])
    await Promise.all(opened.map(store => store.close()))
  })

  test('a limit for statements holds for reads, for writes and for the wait for other writers', async () => {
    await using store = await openPostgresStore({
      ...options(),
      statementTimeoutMs: 300,
      tablePrefix: 'limit_',
    })
    await store.put(storedRecords(1))
    const client = new pg.Client({ connectionString: postgres().url })
    await client.connect()
    try {
      await client.query(`begin; lock table "${schema.name}".limit_memories in access exclusive mode`)
      const [record] = storedRecords(2).slice(1)
      const timeout = expect.objectContaining({ code: 'TIMEOUT' })
      await expect(store.get([{ orgId: 'acme', id: 'x' }])).rejects.toEqual(timeout)
      await expect(store.put(record ? [record] : [])).rejects.toEqual(timeout)
    } finally {
      await client.end()
    }
    expect(await store.get([{ orgId: 'acme', id: 'x' }])).toEqual([undefined])
    // The limit does not stay on a connection that the pooler lends to others.
    const other = new pg.Client({ connectionString: pooler?.url })
    await other.connect()
    const { rows } = await other.query<{ statement_timeout: string }>('show statement_timeout')
    await other.end()
    expect(rows[0]?.statement_timeout).toBe('0')
  })

  const groups = ['put', 'patch', 'delete', 'query', 'log', 'history', 'duplicates']
  registerCases(
    describe,
    it,
    storeCases.filter(({ group }) => groups.includes(group)),
    async () => {
      await schema.empty().catch(() => undefined)
      const part = await openPostgresStore({ ...options(), prepare: false, statementTimeoutMs: 20_000 })
      return { part, openAgain: () => openPostgresStore(options()), teardown: () => part.close() }
    },
  )
})
