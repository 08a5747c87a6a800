import { keyOf, storedRecord, storedRecords } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import type { MysqlStoreOptions } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import mysql2 from 'mysql2'
import type { PoolOptions } from 'mysql2'
import mysql2OfPromises from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { isPassing, mysqlError } from '../src/flavor/mysql-error.ts'
import { TestTables } from './test-tables.ts'

const url = 'mysql://user:secret@localhost/agentmem'

describe('options', () => {
  it.each([
    [{}, 'needs one of url, pool and db, and was given none'],
    [{ url, db: { connection() {} } }, 'needs one of url, pool and db, and was given url and db'],
    [{ url: 'postgres://user:secret@localhost/a' }, 'needs a url with a database, such as'],
    [{ url: 'mysql://user:secret@localhost' }, 'needs a url with a database, such as'],
    [{ url: null }, 'needs a url with a database, such as'],
    [{ pool: {} }, 'needs a pool of mysql2 as its pool'],
    [{ pool: { pool: {} } }, 'needs a pool of mysql2 as its pool'],
    [{ pool: url }, 'needs a pool of mysql2 as its pool'],
    [{ db: {} }, 'needs a Kysely over mysql2 as its db'],
    [{ db: url }, 'needs a Kysely over mysql2 as its db'],
    [{ url, poolSize: 1 }, 'poolSize: 1'],
    [{ url, poolSize: 1001 }, 'poolSize: 1001'],
    [{ pool: { getConnection() {} }, poolSize: 5 }, 'only for url'],
    [{ url, acquireTimeoutMs: 0 }, 'acquireTimeoutMs: 0'],
    [{ url, tablePrefix: 'a-b' }, 'tablePrefix: "a-b"'],
    [{ url, tablePrefix: null }, 'tablePrefix: null'],
    [{ url, lib: 'mysql2' }, 'lib: "mysql2"'],
    [{ url, size: 5 }, "no option 'size'"],
    [undefined, 'takes its options as an object'],
  ])('%j is refused, and no secret shown', async (options, message) => {
    const error = await openMysqlStore(options as MysqlStoreOptions).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) })
    expect(String(error)).not.toContain('secret')
  })
})

const settings = ['--innodb-flush-log-at-trx-commit=0', '--max-allowed-packet=2M']

describe('an error of a socket', () => {
  it.each(['ETIMEDOUT', 'EHOSTUNREACH'])('%s is the end of a connection, unless there was none', code => {
    const error = (syscall: string): Error => Object.assign(new Error(code), { code, syscall, fatal: true })
    expect([error('read'), error('write'), error('connect')].map(isPassing)).toEqual([true, true, false])
    expect(mysqlError(error('read'))).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  })
})

describeWithServer(
  'mysql',
  'a database',
  server => {
    it('that is not there, or a user that is refused, is UNAVAILABLE and not to be tried again', async () => {
      const missing = new URL(server().url)
      missing.pathname = '/agentmem_not_there'
      const stranger = new URL(server().url)
      stranger.username = 'nobody_here'
      stranger.password = 'secret'
      for (const place of [missing, stranger]) {
        const error = await openMysqlStore({ url: place.href }).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: false })
        expect(String(error)).not.toContain('secret')
      }
    }, 30_000)

    it('whose migration was cut short is migrated again; tables of others are refused', async () => {
      await using tables = await TestTables.make(server().url)
      const open = () => openMysqlStore({ url: tables.url })
      await (await open()).close()
      await tables.admin.query("update meta set value = '0' where `key` = 'agentmem:schema'")
      await tables.admin.query('drop table history')
      {
        await using store = await open()
        await store.put([storedRecord(1)])
        expect((await store.head()).position).toBe(1)
      }
      await tables.drop('')
      await tables.admin.query('create table meta (a int)')
      await expect(open()).rejects.toMatchObject({ code: 'SCHEMA' })
      await using store = await openMysqlStore({ url: tables.url, tablePrefix: 'own_' })
      expect((await store.stats()).memories).toBe(0)
    }, 60_000)

    it('whose first table is there without its first row yet is migrated', async () => {
      await using tables = await TestTables.make(server().url)
      await (await openMysqlStore({ url: tables.url })).close()
      await tables.admin.query('drop table memories, history, tombstones, staged, pending, memory_sources')
      await tables.admin.query('delete from meta')
      await using store = await openMysqlStore({ url: tables.url })
      await store.put([storedRecord(1)])
      expect((await store.head()).position).toBe(1)
    }, 60_000)

    it('is asked for more values than a statement has places for', async () => {
      await using tables = await TestTables.make(server().url)
      await using store = await openMysqlStore({ url: tables.url })
      const hashes = Array.from({ length: 20_000 }, (_, n) => n.toString(16).padStart(64, '0'))
      expect(await store.vectorsByHash(hashes, { embedder: 'none' })).toEqual(hashes.map(() => undefined))
    }, 60_000)

    it('decides nothing: values are kept whatever its sql_mode, charset, engine and padding are', async () => {
      await using tables = await TestTables.make(server().url)
      const asFound = 'select @@global.sql_mode as mode, @@global.character_set_server as characters'
      const [rows] = await tables.admin.query(asFound)
      const [found] = rows as { mode: string; characters: string }[]
      await tables.admin.query("set global sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT'")
      await tables.admin.query('set global character_set_server = latin1')
      await tables.admin.query('alter database character set latin1 collate latin1_swedish_ci')
      try {
        await using store = await openMysqlStore({ url: tables.url })
        const content = 'back\\slash \'single\' "double" \u{1f600} \u00e9 '
        const records = ['a', 'A', 'a ', '\u00e4'].map((id, n) =>
          storedRecord(n, { id, userId: id, content }),
        )
        await store.put(records)
        const kept = await store.get(records.map(keyOf))
        expect(kept.map(record => [record?.id, record?.content])).toEqual(
          records.map(({ id }) => [id, content]),
        )
      } finally {
        await tables.admin.query('set global sql_mode = ?', [found?.mode])
        await tables.admin.query('set global character_set_server = ?', [found?.characters])
      }
    }, 60_000)

    it('takes a batch that is larger than its largest packet', async () => {
      await using tables = await TestTables.make(server().url)
      await using store = await openMysqlStore({ url: tables.url })
      const long = 'x'.repeat(100_000)
      const records = storedRecords(40, n => ({ content: `${n} ${long}` }))
      await store.put(records)
      const kept = await store.get(records.map(keyOf))
      expect(kept.map(record => record?.content.length)).toEqual(records.map(({ content }) => content.length))
    }, 60_000)

    it.each([
      ['mysql2', mysql2],
      ['mysql2/promise', mysql2OfPromises],
    ])(
      'is opened with the library that is handed over: %s',
      async (_name, lib) => {
        await using tables = await TestTables.make(server().url)
        let pools = 0
        const createPool = (options: PoolOptions) => {
          pools++
          return lib.createPool(options)
        }
        await using store = await openMysqlStore({ url: tables.url, lib: { createPool } })
        await store.put([storedRecord(1)])
        expect((await store.head()).position).toBe(1)
        expect(pools).toBe(2)
      },
      60_000,
    )

    it('of a pool that changes values on their way is refused', async () => {
      await using tables = await TestTables.make(server().url)
      const pools = [{ charset: 'latin1_swedish_ci' }, { typeCast: () => 'x' }].map(options =>
        tables.pool(options),
      )
      for (const pool of pools) {
        await expect(openMysqlStore({ pool })).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          message: expect.stringContaining('utf8mb4'),
        })
        await pool.end()
      }
    }, 60_000)

    it('whose pool has no connection free in time is a TIMEOUT, and the pool goes on', async () => {
      await using tables = await TestTables.make(server().url)
      const pool = tables.pool({ connectionLimit: 1 })
      // The one connection is there, so that opening needs no time to connect.
      const ready = await pool.getConnection()
      ready.release()
      await using store = await openMysqlStore({ pool, acquireTimeoutMs: 50 })
      const held = await pool.getConnection()
      await expect(store.head()).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
      held.release()
      expect((await store.head()).position).toBe(0)
      await store.close()
      expect((await pool.query('select 1 as one'))[0]).toEqual([{ one: 1 }])
      await pool.end()
    }, 60_000)
  },
  { settings },
)
