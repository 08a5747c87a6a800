import { keyOf, stepProxy, storedRecord, storedRecords } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { expect, it } from 'vitest'
import { beginLocked } from '../src/connection/log-lock.ts'
import { FreshSchema } from './fresh-schema.ts'

describeWithServer('postgres', 'the lock of the log', server => {
  it('is tested at opening, and not where there is one connection', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    expect(await store.stats()).toMatchObject({ lockTested: true })
    await using single = await openPostgresStore({ ...schema.options, poolSize: 1 })
    expect(await single.stats()).toMatchObject({ lockTested: false })
  })

  it('is kept no longer than a minute by a transaction that says nothing, unless its user has set another limit', async () => {
    const limit = async (client: pg.Client): Promise<unknown> =>
      (await client.query<Record<string, unknown>>('show idle_in_transaction_session_timeout')).rows[0]?.[
        'idle_in_transaction_session_timeout'
      ]
    const client = new pg.Client({ connectionString: server().url })
    await client.connect()
    expect(await limit(client)).toBe('0')
    await client.query(beginLocked('public', 'idle_'))
    expect(await limit(client)).toBe('1min')
    await client.query('rollback')
    expect(await limit(client)).toBe('0')
    await client.query(`set idle_in_transaction_session_timeout = '5s'; ${beginLocked('public', 'idle_')}`)
    expect(await limit(client)).toBe('5s')
    await client.end()
  })

  it('is free again when the server has ended the transaction, and the write is made again', async () => {
    await using schema = new FreshSchema(server().url)
    const url = `${schema.url}?idle_in_transaction_session_timeout=400`
    await using proxy = await stepProxy(url, 'postgres')
    await using store = await openPostgresStore({
      ...schema.options,
      url: proxy.url,
      statementTimeoutMs: 20_000,
    })
    await store.put(storedRecords(3))
    // The answer that the client waits for does not come; the transaction at the server waits for the next statement.
    proxy.arm({ direction: 'answered', message: 12, kind: 'stall', moment: 'after' })
    const stalled = store.delete(storedRecords(1).map(keyOf)).catch((error: unknown) => error)
    await using other = await openPostgresStore({ ...schema.options, url: server().url })
    await expect.poll(() => proxy.isDone, { timeout: 20_000 }).toBe(true)
    await other.put([storedRecord(9)])
    proxy.endStalled()
    expect(await stalled).toMatchObject({ missing: [] })
    expect((await store.stats()).memories).toBe(3)
  })

  it('of an engine that keeps out nobody by it is refused', async () => {
    await using schema = new FreshSchema(server().url)
    await (await openPostgresStore(schema.options)).close()
    await schema.query(`
      create function ${schema.name}.pg_advisory_xact_lock(key bigint) returns void language sql as '';
      create function ${schema.name}.pg_try_advisory_xact_lock(key bigint) returns boolean language sql as 'select true'`)
    // Looked up before the functions of the server.
    const options = `-c search_path=${schema.name},pg_catalog`
    const pool = new pg.Pool({ connectionString: server().url, options })
    await expect(openPostgresStore({ pool, schema: schema.name })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('had the lock of the log at one time'),
    })
    await pool.end()
  })

  it('that others hold for long does not keep a Store from opening', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    await store.put(storedRecords(2))
    const other = new pg.Client({ connectionString: server().url })
    await other.connect()
    await other.query(`begin; lock table ${schema.name}.memories in access exclusive mode`)
    const waiting = store.put(storedRecords(1, () => ({ id: 'late' })))
    await new Promise(resolve => setTimeout(resolve, 100))
    const opening = openPostgresStore(schema.options)
    await new Promise(resolve => setTimeout(resolve, 1_500))
    await other.query('rollback')
    await other.end()
    await waiting
    await using again = await opening
    expect((await again.stats()).memories).toBe(3)
  })
})
