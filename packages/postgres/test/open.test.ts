import { Socket } from 'node:net'
import { keyOf, storedRecord, storedRecords } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { beginLocked } from '../src/connection/log-lock.ts'
import { isPassing, postgresError } from '../src/flavor/postgres-error.ts'
import { FreshSchema } from './fresh-schema.ts'

const url = 'postgres://alice:very-secret@127.0.0.1:1/memories'

describe('options', () => {
  it.each([
    [{}, /one of url, pool and db, and was given none/],
    [{ url, pool: new pg.Pool() }, /one of url, pool and db, and was given url and pool/],
    [{ url: 'mysql://alice:very-secret@host/db' }, /needs a url such as/],
    [{ url: '' }, /needs a url such as/],
    [{ url, poolSize: 0 }, /poolSize: 0/],
    [{ url, acquireTimeoutMs: 0.5 }, /acquireTimeoutMs: 0.5/],
    [{ url, statementTimeoutMs: -1 }, /statementTimeoutMs: -1/],
    [{ url, tablePrefix: 'My"' }, /tablePrefix: "My\\""/],
    [{ url, schema: 'a; drop' }, /schema: "a; drop"/],
    [{ pool: new pg.Pool(), poolSize: 3 }, /poolSize, which goes with a url/],
    [{ url, tableprefix: 'a' }, /no option 'tableprefix'; there are url/],
  ])('%j is refused', async (options, message) => {
    const opening = openPostgresStore(options)
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
    await expect(opening).rejects.not.toThrow(/very-secret/)
  })

  it('a server that is not there is UNAVAILABLE, and the password stays secret', async () => {
    const opening = openPostgresStore({ url })
    await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    await expect(opening).rejects.not.toThrow(/very-secret/)
  })
})

describe('errors of the driver', () => {
  it.each([
    ['40P01', 'UNAVAILABLE', true, true],
    ['40001', 'UNAVAILABLE', true, true],
    ['57P01', 'UNAVAILABLE', true, true],
    ['08006', 'UNAVAILABLE', true, true],
    ['ECONNRESET', 'UNAVAILABLE', true, true],
    ['28P01', 'UNAVAILABLE', false, false],
    ['3D000', 'UNAVAILABLE', false, false],
    ['53100', 'UNAVAILABLE', true, false],
    ['53300', 'UNAVAILABLE', true, false],
    ['55P03', 'UNAVAILABLE', true, true],
    ['42501', 'UNAVAILABLE', false, false],
    ['57014', 'TIMEOUT', true, false],
    ['XX001', 'CORRUPT', false, false],
  ])('%s is %s', (code, expected, retryable, passes) => {
    const error = Object.assign(new Error('as the server says'), { code })
    expect(postgresError(error)).toMatchObject({ code: expected, retryable, cause: error })
    expect(isPassing(error)).toBe(passes)
  })

  it('a host with several addresses is what the first of them is', () => {
    const first = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    const error = new AggregateError([first, new Error('also refused')])
    expect(postgresError(error)).toMatchObject({ code: 'UNAVAILABLE', cause: error })
    expect(isPassing(error)).toBe(true)
  })

  it('a connection that the driver lost without a code passes', () => {
    const error = new Error('Connection terminated unexpectedly')
    expect(postgresError(error)).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect(isPassing(error)).toBe(true)
    expect(postgresError(new Error('something else'))).toBeUndefined()
  })

  it('a syntax error has no code of its own, and does not pass', () => {
    const error = Object.assign(new Error('syntax error'), { code: '42601' })
    expect(postgresError(error)).toBeUndefined()
    expect(isPassing(error)).toBe(false)
  })
})

describeWithServer('postgres', 'a store', server => {
  it.each(['LATIN1', 'SQL_ASCII'])(
    'in a database of the encoding %s is refused when it is opened',
    async encoding => {
      await using schema = new FreshSchema(server().url)
      const name = schema.name
      await schema.query(`create database ${name} encoding '${encoding}' locale 'C' template template0`)
      try {
        const url = new URL(server().url)
        url.pathname = name
        await expect(openPostgresStore({ url: url.href })).rejects.toMatchObject({
          code: 'UNSUPPORTED',
          message: expect.stringMatching(`encoding ${encoding},.*encoding 'UTF8'`),
        })
      } finally {
        await schema.query(`drop database ${name}`)
      }
    },
  )

  it('shares one listener with the others on a pool, which Node does not warn of', async () => {
    await using schema = new FreshSchema(server().url)
    const pool = new pg.Pool({ connectionString: server().url })
    const warned = vi.fn()
    process.on('warning', warned)
    const open = (_: unknown, n: number) =>
      openPostgresStore({ pool, schema: schema.name, tablePrefix: `p${n}_` })
    const stores = await Promise.all(Array.from({ length: 12 }, open))
    await new Promise(setImmediate)
    expect(pool.listenerCount('error')).toBe(1)
    await Promise.all(stores.slice(1).map(store => store.close()))
    expect(pool.listenerCount('error')).toBe(1)
    await Promise.all(stores.map(store => store.close()))
    expect(pool.listenerCount('error')).toBe(0)
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
    await pool.end()
  })

  it('puts a thousand new records in one round trip, in three over a pool that does not pipeline', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    const before = { ...store.counters }
    await store.put(storedRecords(1000))
    expect(store.counters.roundTrips - before.roundTrips).toBe(1)
    expect(store.counters.transactions - before.transactions).toBe(1)
    const pool = new pg.Pool({ connectionString: server().url })
    const pooled = await openPostgresStore({ pool, schema: schema.name })
    const then = { ...pooled.counters }
    await pooled.put(storedRecords(1000, n => ({ id: `pooled-${n}` })))
    expect(pooled.counters.roundTrips - then.roundTrips).toBe(3)
    await pooled.close()
    await pool.end()
  })

  it('sends a small put by one write, so that the server is woken once', async () => {
    await using schema = new FreshSchema(server().url)
    let writes = 0
    const socket = new Socket()
    const write = socket._write.bind(socket)
    const writev = socket._writev?.bind(socket)
    socket._write = (...args): void => (writes++, write(...args))
    socket._writev = (...args): void => (writes++, writev?.(...args))
    const pool = new pg.Pool({
      connectionString: server().url,
      pipeline: true,
      max: 1,
      stream: () => socket,
    })
    const store = await openPostgresStore({ pool, schema: schema.name })
    await store.put(storedRecords(3))
    writes = 0
    await store.put(storedRecords(3, n => ({ id: `more-${n}` })))
    expect(writes).toBe(1)
    await store.close()
    await pool.end()
  })

  it('says TIMEOUT when no connection becomes free, and works again when one does', async () => {
    await using schema = new FreshSchema(server().url)
    const pool = new pg.Pool({ connectionString: server().url, max: 1 })
    const store = await openPostgresStore({ pool, schema: schema.name, acquireTimeoutMs: 100 })
    const taken = await pool.connect()
    await expect(store.head()).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
    taken.release()
    await store.put([storedRecord(1)])
    expect((await store.head()).position).toBe(1)
    await store.close()
    await pool.end()
  })

  it('says TIMEOUT when a write waits for another one for too long, and writes nothing', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore({ ...schema.options, statementTimeoutMs: 300 })
    const blocker = new pg.Client({ connectionString: server().url })
    await blocker.connect()
    await blocker.query(`begin; lock table ${schema.name}.memories in access exclusive mode`)
    await expect(store.put([storedRecord(1)])).rejects.toMatchObject({ code: 'TIMEOUT' })
    await blocker.query('rollback')
    await blocker.end()
    expect(await store.get([keyOf(storedRecord(1))])).toEqual([undefined])
  })

  it.each(['pool', 'db'] as const)(
    'gives a connection of a %s back as it was when a write waits for its turn for too long',
    async kind => {
      await using schema = new FreshSchema(server().url)
      const pool = new pg.Pool({ connectionString: server().url, max: 1, statement_timeout: 300 })
      const given =
        kind === 'pool' ? { pool } : { db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
      const store = await openPostgresStore({ ...given, schema: schema.name })
      const blocker = new pg.Client({ connectionString: server().url })
      await blocker.connect()
      await blocker.query(beginLocked(schema.name, ''))
      for (const write of [
        () => store.put([storedRecord(1)]),
        () => store.delete([keyOf(storedRecord(1))]),
      ]) {
        await expect(write()).rejects.toMatchObject({ code: 'TIMEOUT' })
        expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
      }
      await blocker.query('rollback')
      await blocker.end()
      await store.put([storedRecord(1)])
      expect((await store.head()).position).toBe(1)
      await store.close()
      await pool.end()
    },
  )

  it('writes nothing at all for vectors of another model', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    const [value, embedder] = ['one', 'other'].map(model => JSON.stringify({ model, dimensions: 8 }))
    await store.writeMeta([{ key: 'embedder', value: value ?? null }])
    const refused = store.put([storedRecord(1)], { embedder })
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_MISMATCH' })
    const keys = await schema.query<{ key: string }>(`select key from ${schema.name}.meta`)
    expect(keys.map(({ key }) => key)).not.toContain('agentmem:plain')
  })

  it('keeps apart schemas and prefixes of one database', async () => {
    await using schema = new FreshSchema(server().url)
    await using other = new FreshSchema(server().url)
    await using one = await openPostgresStore(schema.options)
    await using two = await openPostgresStore({ ...schema.options, tablePrefix: 'two_' })
    await using three = await openPostgresStore(other.options)
    await one.put(storedRecords(3))
    await two.put(storedRecords(2))
    expect([(await one.head()).position, (await two.head()).position, (await three.head()).position]).toEqual(
      [3, 2, 0],
    )
  })

  it('refuses tables of others', async () => {
    await using schema = new FreshSchema(server().url)
    await schema.query(`create schema ${schema.name}; create table ${schema.name}.memories (id int)`)
    await expect(openPostgresStore(schema.options)).rejects.toMatchObject({ code: 'SCHEMA' })
  })

  it('puts in order although the server would read at another isolation level', async () => {
    await using schema = new FreshSchema(server().url)
    const options = encodeURIComponent('-c default_transaction_isolation=serializable')
    await using store = await openPostgresStore({
      ...schema.options,
      url: `${schema.url}?options=${options}`,
    })
    const puts = Array.from({ length: 20 }, (_, i) => store.put(storedRecords(5, n => ({ id: `${i}-${n}` }))))
    const spans = (await Promise.all(puts)).map(({ span }) => span?.after)
    expect(spans.toSorted((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i * 5))
  })
})

describeWithServer('postgres', 'a store that is closed', server => {
  it('does not let the process die of what the server still says to its connections', async () => {
    await using schema = new FreshSchema(server().url)
    const end = vi.spyOn(pg.Pool.prototype, 'end').mockReturnValue()
    const store = await openPostgresStore(schema.options)
    await store.close()
    const ended = end.mock.contexts.filter(pool => pool instanceof pg.Pool)
    end.mockRestore()
    expect(ended).toHaveLength(1)
    for (const pool of ended) {
      // Without a listener it would be thrown here.
      pool.emit('error', new Error('terminating connection due to administrator command'))
      await pool.end()
    }
  })
})

describeWithServer('postgres', 'a database that others are at work in', server => {
  it('is opened by questions about its own schema alone, which nobody else drops meanwhile', async () => {
    await using schema = new FreshSchema(server().url)
    const asked: { sql: string; parameters: readonly unknown[] }[] = []
    const pool = new pg.Pool({ connectionString: server().url })
    const db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool }),
      log: ({ query }) => void asked.push(query),
    })
    await using store = await openPostgresStore({ db, schema: schema.name })
    expect((await store.head()).position).toBe(0)
    await db.destroy()
    const aboutTables = asked.filter(({ sql }) => /pg_class|pg_attribute|information_schema/.test(sql))
    expect(aboutTables.length).toBeGreaterThan(0)
    for (const { sql, parameters } of aboutTables) {
      expect(sql).not.toContain('has_schema_privilege')
      expect(sql + parameters.join()).toContain(schema.name)
    }
  })
})
