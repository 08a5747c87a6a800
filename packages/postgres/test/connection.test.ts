import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { keyOf, storedRecord, storedRecords } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { connectPostgres, PostgresDriver } from '@agentmem/postgres/connection'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { expect, it, test } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

test('a server that accepts and says nothing is TIMEOUT, and the password stays secret', async () => {
  await using silent = createServer(socket => socket.resume()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const url = `postgres://alice:very-secret@127.0.0.1:${port}/memories`
  const opening = openPostgresStore({ url, acquireTimeoutMs: 200 })
  await expect(opening).rejects.toMatchObject({
    code: 'TIMEOUT',
    retryable: true,
    message: expect.stringMatching(/within 200 ms; raise poolSize or acquireTimeoutMs/) as string,
  })
  await expect(opening).rejects.not.toThrow(/very-secret/)
})

test('only a url without lib loads pg', async () => {
  const script = join(import.meta.dirname, 'without-library.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [script])
  expect(JSON.parse(stdout)).toMatchObject({
    url: {
      code: 'NOT_INSTALLED',
      message: 'pg cannot be loaded (there is no pg here). Run: npm install pg',
    },
    lib: { code: 'UNAVAILABLE' },
    pool: { code: 'UNAVAILABLE' },
  })
})

test('a lib that is no library is refused', async () => {
  const opening = openPostgresStore({ url: 'postgres://127.0.0.1/none', lib: 'pg' as never })
  await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

describeWithServer('postgres', 'a connection', server => {
  it('of a url is made by the Pool of lib, with what the options say', async () => {
    await using schema = new FreshSchema(server().url)
    const pools: pg.Pool[] = []
    class Pool extends pg.Pool {
      constructor(config?: pg.PoolConfig) {
        super(config)
        pools.push(this)
      }
    }
    const options = { ...schema.options, lib: { Pool }, poolSize: 3, statementTimeoutMs: 4_000 }
    await using store = await openPostgresStore({ ...options, acquireTimeoutMs: 5_000 })
    expect((await store.head()).position).toBe(0)
    expect(pools).toHaveLength(1)
    expect(pools[0]?.options).toMatchObject({
      max: 3,
      statement_timeout: 4_000,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      pipeline: true,
      fallback_application_name: 'agentmem',
    })
  })

  it('that dies while it is idle is replaced', async () => {
    await using schema = new FreshSchema(server().url)
    const name = `idle ${schema.name}`
    await using store = await openPostgresStore({
      ...schema.options,
      url: `${schema.url}?application_name=${encodeURIComponent(name)}`,
    })
    await store.put(storedRecords(3))
    await Promise.all([store.head(), store.head()])
    const killed = await schema.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [name],
    )
    expect(killed.length).toBeGreaterThan(0)
    expect((await store.head()).position).toBe(3)
  })

  it('that dies while it writes is replaced, and the write is done once', async () => {
    await using schema = new FreshSchema(server().url)
    const name = `busy ${schema.name}`
    await using store = await openPostgresStore({
      ...schema.options,
      url: `${schema.url}?application_name=${encodeURIComponent(name)}`,
    })
    const blocker = new pg.Client({ connectionString: schema.url })
    await blocker.connect()
    await blocker.query(`begin; lock table ${schema.name}.memories in access exclusive mode`)
    const putting = store.put([storedRecord(1)])
    const waiting = `select pid from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`
    while ((await schema.query(waiting, [name])).length === 0) await new Promise(setImmediate)
    await schema.query(`select pg_terminate_backend(pid) from (${waiting}) waiting`, [name])
    await blocker.query('rollback')
    await blocker.end()
    expect(await putting).toMatchObject({ span: { after: 0, upTo: 1 } })
    expect((await store.history([keyOf(storedRecord(1))]))[0]).toHaveLength(1)
  })

  it('reads columns as we need them, whatever readers a pool of others has', async () => {
    await using schema = new FreshSchema(server().url)
    const types = { getTypeParser: () => () => 'as nobody needs it' }
    const pool = new pg.Pool({ connectionString: schema.url, types })
    const store = await openPostgresStore({ pool, schema: schema.name })
    await store.put(storedRecords(2))
    expect((await store.head()).position).toBe(2)
    expect(await store.vectors([keyOf(storedRecord(1))])).toEqual([storedRecord(1).vector])
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 'as nobody needs it' }])
    await store.close()
    await pool.end()
  })

  it.each(['pool', 'db'] as const)('of a %s says when a COMMIT was answered as a rollback', async kind => {
    const pool = new pg.Pool({ connectionString: server().url })
    const source = kind === 'pool' ? { pool } : { db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
    const access = await connectPostgres(source, { owner: 'test' })
    const driver = new PostgresDriver(access.take, { ...access, named: false })
    const failing = driver.transaction(async connection => {
      await connection.executeQuery({ sql: 'select 1 / 0', parameters: [] }).catch(() => undefined)
    })
    await expect(failing).rejects.toMatchObject({ code: 'BACKEND' })
    await access.close()
    await pool.end()
  })
})
