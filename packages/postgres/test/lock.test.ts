import { storedRecords } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

describeWithServer('postgres', 'the lock of the log', server => {
  it('is tested at opening, and not where there is one connection', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    expect(await store.stats()).toMatchObject({ lockTested: true })
    await using single = await openPostgresStore({ ...schema.options, poolSize: 1 })
    expect(await single.stats()).toMatchObject({ lockTested: false })
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
