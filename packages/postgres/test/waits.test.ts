import {
  keyOf,
  registerCases,
  silentProxy,
  stepProxy,
  storeCases,
  storedRecord,
  storedRecords,
} from '@agentmem/conformance'
import type { SilentProxy } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openPostgresStore } from '@agentmem/postgres'
import { connectPostgres, PostgresDriver } from '@agentmem/postgres/connection'
import { unlimited, withSignal } from '@agentmem/sql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

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

describeWithServer('postgres', 'a server that does not answer', server => {
  /** A Store whose connections go through a proxy, and what takes both away. */
  async function throughProxy(options: object = {}): Promise<{
    readonly store: Store
    readonly proxy: SilentProxy
    readonly open: () => Promise<Store>
    readonly close: () => Promise<void>
  }> {
    const schema = new FreshSchema(server().url)
    const proxy = await silentProxy(schema.url)
    const open = (): Promise<Store> => openPostgresStore({ ...schema.options, url: proxy.url, ...options })
    const store = await open()
    const close = async (): Promise<void> => {
      await store.close()
      await proxy.close()
      await schema[Symbol.asyncDispose]()
    }
    return { store, proxy, open, close }
  }

  describe('any more', () => {
    const abortCases = storeCases.filter(({ group }) => group === 'abort')
    registerCases(describe, it, abortCases, async () => {
      const { store, proxy, open, close } = await throughProxy()
      // What was given up may be under way still, and closing would wait for it: the connections go first.
      const teardown = async (): Promise<void> => {
        await proxy.close()
        await close()
      }
      return { part: store, openAgain: open, silenceBackend: async () => proxy.silence(), teardown }
    })
  })

  it.each(Object.entries(calls))('a %s ends in time, and the next has a connection', async (name, call) => {
    const { store, proxy, close } = await throughProxy({ statementTimeoutMs: 200 })
    await store.put(storedRecords(3))
    proxy.silence()
    // Of a put nobody knows whether it was done: it looks for what it wrote, on another connection.
    if (name === 'put') await call(store)
    else await expect(call(store)).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
    await call(store)
    await close()
  })

  it('a connection that stalls in a transaction keeps the lock of the log from nobody', async () => {
    await using schema = new FreshSchema(server().url)
    await using proxy = await stepProxy(schema.url, 'postgres')
    const limits = { statementTimeoutMs: 200, acquireTimeoutMs: 2_000 }
    await using store = await openPostgresStore({ ...schema.options, url: proxy.url, ...limits })
    await store.put(storedRecords(3))
    // The server never hears of the end of the client's side.
    proxy.arm({ direction: 'answered', message: 12, kind: 'stall', moment: 'after' })
    await expect(calls['patch']?.(store)).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
    expect(proxy.isDone).toBe(true)
    await calls['patch']?.(store)
    const limit = await schema.query(
      `select 1 from pg_stat_activity where state like 'idle in transaction%' and pid <> pg_backend_pid()
       and query like '%agentmem%'`,
    )
    expect(limit).toEqual([])
  })

  it('a put that is not answered, nor looked for, has an outcome that is not known', async () => {
    const { store, proxy, close } = await throughProxy({ statementTimeoutMs: 200, acquireTimeoutMs: 300 })
    await store.put(storedRecords(3))
    proxy.holdAnswers()
    await expect(store.put([storedRecord(7)])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: false,
    })
    proxy.passAnswers()
    await close()
  })

  it.each(['stall', 'cut'] as const)(
    'a put that is done and not answered (%s) is found done, once',
    async kind => {
      await using schema = new FreshSchema(server().url)
      await using proxy = await stepProxy(schema.url, 'postgres')
      const limits = { statementTimeoutMs: 200, acquireTimeoutMs: 2_000 }
      await using store = await openPostgresStore({ ...schema.options, url: proxy.url, ...limits })
      await store.put([storedRecord(0)])
      await store.head()
      proxy.arm({ direction: 'answered', message: 1, kind, moment: 'before' })
      const records = [storedRecord(5), storedRecord(6)]
      expect((await store.put(records)).duplicates.size).toBe(0)
      expect(proxy.isDone).toBe(true)
      expect((await store.history(records.map(keyOf))).map(entries => entries.length)).toEqual([1, 1])
      expect((await store.head()).position).toBe(3)
    },
  )

  it('a COMMIT that is not answered, nor any question about it, has an outcome that is not known', async () => {
    const { store, proxy, close } = await throughProxy({ statementTimeoutMs: 200, acquireTimeoutMs: 300 })
    await store.put(storedRecords(3))
    let silent = false
    proxy.onSent = chunk => {
      silent ||= chunk.includes('commit\0')
      if (silent) proxy.holdAnswers()
      return 'pass'
    }
    await expect(calls['patch']?.(store)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: false })
    proxy.onSent = () => 'pass'
    proxy.passAnswers()
    await close()
  })

  it.each(['url', 'pool', 'db'] as const)(
    'a statement of a %s that is given up does not run on at the server',
    async kind => {
      await using schema = new FreshSchema(server().url)
      const name = `given up ${schema.name}`
      const url = `${schema.url}?application_name=${encodeURIComponent(name)}`
      const pool = new pg.Pool({ connectionString: url, max: 2 })
      const given =
        kind === 'url'
          ? { url }
          : kind === 'pool'
            ? { pool }
            : { db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
      await using store = await openPostgresStore({ ...given, schema: schema.name })
      const blocker = new pg.Client({ connectionString: schema.url })
      await blocker.connect()
      await blocker.query(`begin; lock table ${schema.name}.memories in access exclusive mode`)
      const waiting = async (): Promise<boolean> => {
        const text = `select 1 from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`
        return (await schema.query(text, [name])).length > 0
      }
      await abortWhile(signal => store.get([keyOf(storedRecord(1))], { signal }), waiting)
      await expect.poll(waiting, { timeout: 20_000 }).toBe(false)
      await abortWhile(signal => store.put([storedRecord(1)], { signal }), waiting)
      await expect.poll(waiting, { timeout: 20_000 }).toBe(false)
      await blocker.query('rollback')
      await blocker.end()
      // The connection of a pool or a Kysely comes back without a transaction.
      await store.put([storedRecord(2)])
      expect((await store.stats()).memories).toBe(1)
      await store.close()
      if (kind !== 'url') {
        const states = await Promise.all(
          [1, 2].map(() => pool.query('select now() = statement_timestamp() as fresh')),
        )
        expect(states.map(({ rows }) => rows)).toEqual([[{ fresh: true }], [{ fresh: true }]])
      }
      await pool.end()
    },
  )

  it('nothing is sent for a call that was given up while it waited for a connection', async () => {
    await using schema = new FreshSchema(server().url)
    const pool = new pg.Pool({ connectionString: schema.url, max: 1 })
    await using store = await openPostgresStore({ pool, schema: schema.name })
    const taken = await pool.connect()
    await abortWhile(
      signal => store.put([storedRecord(1)], { signal }),
      async () => pool.waitingCount === 1,
    )
    taken.release()
    expect((await store.stats()).memories).toBe(0)
    await store.close()
    await pool.end()
  })

  it('statements that need long are let run, such as the build of an index', async () => {
    const access = await connectPostgres(
      { url: server().url, poolSize: 1 },
      { owner: 'test', statementTimeoutMs: 50 },
    )
    const driver = new PostgresDriver(access.take, { ...access, limitMs: undefined, named: false })
    const sleep = (): Promise<unknown> =>
      driver.run(connection => connection.executeQuery({ sql: 'select pg_sleep(1.5)', parameters: [] }))
    await expect(sleep()).rejects.toMatchObject({ code: 'TIMEOUT' })
    await unlimited(sleep)
    await withSignal(undefined, () => expect(sleep()).rejects.toMatchObject({ code: 'TIMEOUT' }))
    await access.close()
  })
})

it('a port that takes connections and says nothing is TIMEOUT', async () => {
  const proxy = await silentProxy()
  const url = `postgres://user@127.0.0.1:${proxy.port}/none`
  await expect(openPostgresStore({ url, acquireTimeoutMs: 200 })).rejects.toMatchObject({ code: 'TIMEOUT' })
  await proxy.close()
})
