import { storedRecord } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

type Sample = ReturnType<typeof storedRecord>

function toldIn(runId: string, first: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i
    const said = storedRecord(n, { id: `${runId}-${n}`, type: 'message', runId })
    const derivation = { batch: 'b', sources: [said.id], seen: 1, model: 'm' }
    return [said, storedRecord(n, { id: `${said.id}-fact`, origin: 'model', derivation })]
  }).flat()
}

describeWithServer('postgres', 'tables that have grown since they were analyzed', server => {
  it('do not keep a delete from taking along what was made of many memories', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore({ ...schema.options, statementTimeoutMs: 10_000 })
    const analyze = (...tables: string[]): Promise<unknown> =>
      schema.query(tables.map(table => `analyze ${schema.name}.${table}`).join(';'))
    for (const table of ['memories', 'memory_sources', 'tombstones'])
      await schema.query(`alter table ${schema.name}.${table} set (autovacuum_enabled = false)`)
    await store.put([storedRecord(1, { id: 'first' })])
    await store.delete([{ orgId: 'acme', id: 'first' }])
    // A page, and nothing on it: PostgreSQL takes the table for empty, however many pages there are later.
    await analyze('memories')
    await store.put(toldIn('few', 2, 3))
    await analyze('memory_sources', 'tombstones')
    await store.put(toldIn('many', 10, 400))
    await store.delete(['few-2', 'few-3', 'few-4'].map(id => ({ orgId: 'acme', id })))
    expect(await store.deleteAll({ orgId: 'acme', runId: 'many' })).toBe(400)
    expect(await store.count({ scope: { orgId: 'acme' } })).toBe(0)
  })
})
