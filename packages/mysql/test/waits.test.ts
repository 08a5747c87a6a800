import {
  keyOf,
  registerCases,
  silentProxy,
  storeCases,
  storedRecord,
  storedRecords,
} from '@agentmem/conformance'
import type { SilentProxy } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely, MysqlDialect } from 'kysely'
import mysql from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { PoolSource } from '../src/connection/pool-source.ts'
import { TestTables } from './test-tables.ts'

// Nothing here is about a loss of power: a private server may write its log without a sync.
const settings = ['--innodb-flush-log-at-trx-commit=0']

const calls: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  put: store => store.put([storedRecord(5)]),
  patch: store => store.patch([{ key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 1 }]),
  get: store => store.get([keyOf(storedRecord(1))]),
  query: store => Array.fromAsync(store.query({ scope: { orgId: 'acme' } })),
}

/** Aborts a call once `isUnderWay`. */
async function abortWhile(
  call: (signal: AbortSignal) => Promise<unknown>,
  isUnderWay: () => Promise<boolean>,
): Promise<void> {
  const aborting = new AbortController()
  const ended = expect(call(aborting.signal)).rejects.toMatchObject({ code: 'ABORTED' })
  await expect.poll(isUnderWay, { timeout: 20_000 }).toBe(true)
  aborting.abort()
  await ended
}

describeWithServer(
  'mysql',
  'a server that does not answer',
  server => {
    /** A Store whose connections go through a proxy, and what takes both away. */
    async function throughProxy(options: object = {}): Promise<{
      readonly store: Store
      readonly proxy: SilentProxy
      readonly open: () => Promise<Store>
      readonly close: () => Promise<void>
    }> {
      const tables = await TestTables.make(server().url)
      const proxy = await silentProxy(tables.url)
      const open = (): Promise<Store> => openMysqlStore({ url: proxy.url, ...options })
      const store = await open()
      const close = async (): Promise<void> => {
        await store.close()
        await proxy.close()
        await tables[Symbol.asyncDispose]()
      }
      return { store, proxy, open, close }
    }

    describe('any more', () => {
      const abortCases = storeCases.filter(({ group }) => group === 'abort')
      registerCases(describe, it, abortCases, async () => {
        const { store, proxy, open, close } = await throughProxy()
        return { part: store, openAgain: open, silenceBackend: async () => proxy.silence(), teardown: close }
      })
    })

    it.each(Object.entries(calls))(
      'a %s ends with TIMEOUT, and the next has a connection',
      async (_, call) => {
        const { store, proxy, close } = await throughProxy({ statementTimeoutMs: 500 })
        await store.put(storedRecords(3))
        proxy.silence()
        await expect(call(store)).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
        await call(store)
        await close()
      },
    )

    it.each(['url', 'pool'] as const)(
      'a statement of a %s that is given up does not run on at the server',
      async kind => {
        await using tables = await TestTables.make(server().url)
        const pool = tables.pool({ connectionLimit: 2 })
        const given = kind === 'url' ? { url: tables.url } : { pool }
        await using store = await openMysqlStore(given)
        const blocker = await mysql.createConnection({ uri: tables.url })
        await blocker.query('lock tables memories write')
        const waiting = async (): Promise<boolean> => {
          const [rows] = await tables.admin.query(
            `select 1 from information_schema.processlist where db = database() and state like 'Waiting for table%'`,
          )
          return (rows as unknown[]).length > 0
        }
        await abortWhile(signal => store.get([keyOf(storedRecord(1))], { signal }), waiting)
        await expect.poll(waiting, { timeout: 20_000 }).toBe(false)
        await abortWhile(signal => store.put([storedRecord(1)], { signal }), waiting)
        await expect.poll(waiting, { timeout: 20_000 }).toBe(false)
        await blocker.query('unlock tables')
        await blocker.end()
        await store.put([storedRecord(2)])
        expect((await store.stats()).memories).toBe(1)
        await store.close()
        await pool.end()
      },
    )

    it('a statement that is at work is ended too, which a server does not do by itself', async () => {
      await using tables = await TestTables.make(server().url)
      const pool = tables.pool()
      const limits = { acquireTimeoutMs: 10_000, statementTimeoutMs: 500 }
      const source = new PoolSource(pool.pool, { ...limits, settings: [], beginsByItself: false })
      const lent = await source.lend()
      const text = "select benchmark(100000000000, md5('a')) as hours"
      await expect(lent.run(text, [])).rejects.toMatchObject({ code: 'TIMEOUT' })
      lent.release(true)
      const working = async (): Promise<unknown> => {
        const [rows] = await tables.admin.query(
          "select info from information_schema.processlist where db = database() and info like '%md5%hours'",
        )
        return rows
      }
      await expect.poll(working, { timeout: 20_000 }).toEqual([])
      await pool.end()
    })

    it('a connection of a Kysely comes back without its transaction when the server answers', async () => {
      await using tables = await TestTables.make(server().url)
      const pool = tables.pool({ connectionLimit: 1 })
      const db = new Kysely({ dialect: new MysqlDialect({ pool: pool.pool }) })
      await using store = await openMysqlStore({ db, statementTimeoutMs: 500 })
      const blocker = await mysql.createConnection({ uri: tables.url })
      await blocker.query('lock tables memories write')
      await expect(store.put([storedRecord(1)])).rejects.toMatchObject({ code: 'TIMEOUT' })
      await blocker.query('unlock tables')
      await blocker.end()
      await store.put([storedRecord(2)])
      expect((await store.stats()).memories).toBe(1)
      await store.close()
      await pool.end()
    })

    it('nothing is sent for a call that was given up while it waited for a connection', async () => {
      await using tables = await TestTables.make(server().url)
      const pool = tables.pool({ connectionLimit: 1 })
      await using store = await openMysqlStore({ pool })
      const taken = await pool.getConnection()
      let waits = 0
      pool.pool.on('enqueue', () => waits++)
      await abortWhile(
        signal => store.put([storedRecord(1)], { signal }),
        async () => waits > 0,
      )
      taken.release()
      expect((await store.stats()).memories).toBe(0)
      await store.close()
      await pool.end()
    })
  },
  { settings },
)

it('a port that takes connections and says nothing is TIMEOUT', async () => {
  const proxy = await silentProxy()
  const url = `mysql://user@127.0.0.1:${proxy.port}/none`
  await expect(openMysqlStore({ url, acquireTimeoutMs: 200 })).rejects.toMatchObject({ code: 'TIMEOUT' })
  await proxy.close()
})
