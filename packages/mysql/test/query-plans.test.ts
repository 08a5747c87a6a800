import { keyOf, storedRecord, storedRecords, uniqueRecord } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { createPool } from 'mysql2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { TestTables } from './test-tables.ts'

/** A line of EXPLAIN. */
interface Step {
  readonly select_type: string
  readonly table: string | null
  readonly type: string | null
  readonly key: string | null
}

describeWithServer(
  'mysql',
  'how the server goes about it',
  server => {
    let tables: TestTables
    let store: Store
    let close: () => Promise<void>
    const sent: [statement: string, parameters: unknown[]][] = []

    beforeAll(async () => {
      tables = await TestTables.make(server().url)
      const pool = createPool({ uri: tables.url, charset: 'utf8mb4' })
      pool.on('connection', connection => {
        const execute = connection.execute.bind(connection) as (...given: unknown[]) => unknown
        Reflect.set(connection, 'execute', (statement: string, parameters: unknown[], done: unknown) => {
          sent.push([statement, parameters])
          return execute(statement, parameters, done)
        })
        // What has no parameters goes as text.
        const query = connection.query.bind(connection) as (...given: unknown[]) => unknown
        Reflect.set(connection, 'query', (statement: unknown, ...others: unknown[]) => {
          if (typeof statement === 'string') sent.push([statement, []])
          return query(statement, ...others)
        })
      })
      store = await openMysqlStore({ pool })
      await store.put(storedRecords(3000, n => ({ userId: `user-${n % 100}`, agentId: `agent-${n % 90}` })))
      await store.put(Array.from({ length: 500 }, (_, n) => uniqueRecord(4000 + n, { userId: 'unique' })))
      await store.delete(storedRecords(20).map(keyOf))
      await tables.admin.query('analyze table memories, history, tombstones, meta')
      close = async () => {
        await store.close()
        await new Promise(resolve => pool.end(resolve))
        await tables[Symbol.asyncDispose]()
      }
    }, 60_000)
    afterAll(() => close(), 60_000)

    /** The steps of all statements that a call sends, without those that look at no table. */
    async function planOf(call: () => Promise<unknown>): Promise<Step[]> {
      sent.length = 0
      await call()
      const statements = sent.filter(([statement]) => /^(?:select|insert|update|delete)/.test(statement))
      expect(statements).not.toHaveLength(0)
      const plans: Step[] = []
      for (const [statement, parameters] of statements) {
        const [rows] = await tables.admin.execute(`explain ${statement}`, parameters as never[])
        plans.push(...(rows as Step[]))
      }
      return plans.filter(({ table }) => table !== null && !table.startsWith('<'))
    }

    /** Every table that is looked at is looked at by a key, and not from one end to the other. */
    function expectNoScan(plan: readonly Step[]): void {
      // The table that an INSERT goes to is named as if it were read.
      const scans = plan.filter(({ type, select_type: kind }) => type === 'ALL' && kind !== 'INSERT')
      expect(scans.filter(({ table }) => !['meta', null].includes(table))).toEqual([])
    }

    it('get, vectors and history search by id', async () => {
      const keys = [storedRecord(100), storedRecord(200)].map(keyOf)
      const plan = await planOf(async () => {
        await store.get(keys)
        await store.vectors(keys)
        await store.history(keys)
      })
      expectNoScan(plan)
      expect(plan.map(({ table, key }) => `${table} ${key}`)).toEqual([
        'memories id',
        'memories id',
        'history PRIMARY',
      ])
    })

    for (const [part, scope] of Object.entries({
      user_id: { userId: 'user-7' },
      agent_id: { agentId: 'agent-7' },
    })) {
      it(`a page of one ${part} is found by its index`, async () => {
        const after = { id: 'memory-000100', place: 0, time: storedRecord(2000).createdAt }
        const plan = await planOf(() =>
          Array.fromAsync(store.query({ scope: { orgId: 'acme', ...scope }, after })),
        )
        expectNoScan(plan)
        expect(plan[0]).toMatchObject({ table: 'memories', key: `memories_by_${part}` })
      })
    }

    it('the texts of a user are found by its index, and read by id', async () => {
      const scope = { orgId: 'acme', userId: 'user-7' }
      const plan = await planOf(() => Array.fromAsync(store.texts({ scope, pageSize: 10 })))
      expectNoScan(plan)
      const [keys, ...pages] = plan.filter(({ table }) => table === 'memories')
      expect(keys).toMatchObject({ key: 'memories_by_user_id' })
      // MariaDB may name another index before it, by which it filters.
      expect(pages.map(({ key }) => key?.split('|').at(-1))).toEqual(['id', 'id', 'id'])
    })

    it('the head is looked up at the ends of the log, a page of it from its position on', async () => {
      expectNoScan(await planOf(() => store.head()))
      const plan = await planOf(() => store.changes({ after: 3400, limit: 10 }))
      expectNoScan(plan)
      expectNoScan(await planOf(() => store.textChanges({ after: 3400, limit: 10 })))
      expectNoScan(await planOf(() => store.scopedChanges({ after: 3400, limit: 10 })))
      expect(plan.filter(({ table, key }) => table === 'memories' && key === 'PRIMARY')).not.toHaveLength(0)
    })

    it('a list of 70,000 ids is sent in parts, none of them a table of its own', async () => {
      const ids = Array.from({ length: 70_000 }, (_, n) => ({ orgId: 'acme', id: `memory-${n}` }))
      const plan = await planOf(() => store.get(ids))
      // A server may read a table of this size from one end to the other, but once for each part.
      expect(plan.every(({ select_type }) => select_type === 'SIMPLE')).toBe(true)
      expect(plan.length).toBe(Math.ceil(70_000 / 4_096))
    })

    it('writes search by id, dedupe key or position', async () => {
      const plan = await planOf(async () => {
        await store.put([storedRecord(9000)])
        await store.put([uniqueRecord(4001, { id: 'another', userId: 'unique' })])
        await store.patch([{ key: keyOf(storedRecord(100)), set: { importance: 1 }, updatedAt: 1 }])
        await store.delete([keyOf(storedRecord(101)), keyOf(storedRecord(102))])
      })
      expectNoScan(plan)
      expect(plan.some(({ key }) => key?.includes('dedupe_key') ?? false)).toBe(true)
    })
  },
  { settings: ['--innodb-flush-log-at-trx-commit=0'] },
)
