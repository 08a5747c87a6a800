import { storedRecord } from '@agentmem/conformance'
import { parseWhere } from '@agentmem/core/adapter'
import type { Key, PendingRow } from '@agentmem/core/adapter'
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

  it('do not keep a write or a read waiting that joins them, though they were empty then', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore({ ...schema.options, statementTimeoutMs: 5_000 })
    const tables = ['memories', 'history', 'memory_sources', 'tombstones', 'pending']
    for (const table of tables)
      await schema.query(`alter table ${schema.name}.${table} set (autovacuum_enabled = false)`)
    const scope = { orgId: 'acme' }
    const keysOf = (records: readonly Sample[]): Key[] => records.map(({ id }) => ({ ...scope, id }))
    const pendingOf = (records: readonly Sample[]): PendingRow[] =>
      keysOf(records).map(key => ({ key, at: 1, tokens: 1, notBefore: 0 }))
    const told = (runId: string): { heard: Sample[]; all: Sample[] } => {
      const all = toldIn(runId, 0, 1_500)
      return { heard: all.filter(({ type }) => type === 'message'), all }
    }
    const before = told('before')
    await store.commit({ puts: before.all, pending: pendingOf(before.heard) })
    await store.deleteAll(scope, { purgeHistory: true })
    await schema.query(tables.map(table => `analyze ${schema.name}.${table}`).join(';'))

    const runs = ['named', 'plain', 'run', 'filter', 'purged', 'kept'].map(told)
    for (const { all, heard } of runs) await store.commit({ puts: all, pending: pendingOf(heard) })
    const [named, plain] = runs as [ReturnType<typeof told>, ReturnType<typeof told>]
    expect((await store.delete(keysOf(named.heard))).missing).toEqual([])
    await store.delete(keysOf(plain.heard), { cascade: false })
    expect(await store.deleteAll({ ...scope, runId: 'run' })).toBe(1_500)
    const messages = parseWhere({ type: 'message', runId: 'filter' })
    expect(await store.deleteAll(scope, { where: messages })).toBe(1_500)
    expect(await store.deleteAll({ ...scope, runId: 'purged' }, { purgeHistory: true })).toBe(1_500)
    // Those that are kept, and the facts of those that took nothing along.
    expect(await store.count({ scope })).toBe(3_000 + 1_500)
    const page = await store.pending({ scope, limit: 1_000, now: 1 })
    expect(page.messages.length).toBe(1_000)
    const sources = ['kept-1', 'kept-2'].map(id => ({ 'derivation.sources': { contains: id } }))
    const made: string[] = []
    for await (const records of store.query({ scope, where: parseWhere({ or: sources }) }))
      made.push(...records.map(({ id }) => id))
    expect(made.toSorted()).toEqual(['kept-1-fact', 'kept-2-fact'])
  })

  it('are analyzed where they were empty, and not at every write while they stay so', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    await schema.query(`alter table ${schema.name}.memories set (autovacuum_enabled = false)`)
    const expected = async (): Promise<number | undefined> =>
      (
        await schema.query<{ rows: number }>(
          `select reltuples::int as rows from pg_class where oid = '${schema.name}.memories'::regclass`,
        )
      )[0]?.rows
    const statementsOf = async (call: () => Promise<unknown>): Promise<number> => {
      const { statements } = store.counters
      await call()
      return store.counters.statements - statements
    }
    const remove = (n: number): Promise<unknown> => store.delete([{ orgId: 'acme', id: `one-${n}` }])
    await store.put(Array.from({ length: 100 }, (_, n) => storedRecord(n)))
    await store.deleteAll({ orgId: 'acme' })
    await schema.query(`analyze ${schema.name}.memories`)
    expect(await expected()).toBe(0)
    for (const n of [1, 2, 3])
      await store.put([storedRecord(n, { id: `one-${n}` }), storedRecord(n, { id: `two-${n}` })])
    const counts: number[] = []
    for (const n of [1, 2, 3]) counts.push(await statementsOf(() => remove(n)))
    const [first = 0, second = 0, third = 0] = counts
    expect(await expected()).toBe(6)
    expect([first - second, third - second]).toEqual([3, 0])
  })
})
