import { keyOf, storedRecord, storedRecords, uniqueRecord } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly Node[]
}

const scopes = {
  userId: { orgId: 'acme', userId: 'alice' },
  agentId: { orgId: 'acme', agentId: 'helper' },
  runId: { orgId: 'acme', runId: 'run-1' },
}

describeWithServer('postgres', 'how the server goes about the statements', server => {
  let schema: FreshSchema
  let store: Store
  let pool: pg.Pool
  const sent: { text: string; values: unknown[] }[] = []

  beforeAll(async () => {
    schema = new FreshSchema(server().url)
    pool = new pg.Pool({ connectionString: server().url })
    store = await openPostgresStore({ pool, schema: schema.name })
    const parts = [{ agentId: 'helper' }, { runId: 'run-1' }, { userId: 'bob' }]
    await store.put(storedRecords(3000, n => ({ userId: `user-${n % 50}`, ...parts[n % 90] })))
    await store.delete([keyOf(storedRecord(2999))])
    // As the server does by itself in time: of a table it knows nothing about it expects a thousand rows.
    const tables = ['memories', 'history', 'tombstones'].map(table => `${schema.name}.${table}`)
    await schema.query(`analyze ${tables.join()}`)
    pool.on('acquire', client => watch(client))
  })
  afterAll(async () => {
    await store.close()
    await schema.drop()
    await pool.end()
  })

  /** Notes what goes over a client from now on. */
  function watch(client: pg.PoolClient): void {
    Object.assign(client, {
      query(this: pg.Client, config: { text: string; values: unknown[] }, ...rest: unknown[]): unknown {
        sent.push(config)
        const query = Reflect.get(pg.Client.prototype, 'query') as () => unknown
        return Reflect.apply(query, this, [config, ...rest])
      },
    })
  }

  /** The nodes that read a table or an index, in the plans of all statements that a call sends. */
  async function scansOf(call: () => Promise<unknown>): Promise<Node[]> {
    sent.length = 0
    await call()
    const statements = sent.filter(({ text }) => /^(?:select|insert|update|delete|with)/.test(text))
    expect(statements).not.toHaveLength(0)
    const nodes: Node[] = []
    for (const { text, values } of statements) {
      const [row] = await schema.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
        `explain (format json) ${text}`,
        values,
      )
      nodes.push(...flat(row?.['QUERY PLAN'][0].Plan))
    }
    return nodes.filter(node => /Scan/.test(node['Node Type']))
  }

  function flat(node: Node | undefined): Node[] {
    return node ? [node, ...(node.Plans ?? []).flatMap(flat)] : []
  }

  /** Tables of a row or two may be read whole, and the catalog, which is small here. */
  function expectNoScan(nodes: readonly Node[]): void {
    const scans = nodes.filter(node => node['Node Type'] === 'Seq Scan')
    expect(
      scans
        .map(node => node['Relation Name'])
        .filter(name => !/^(?:meta|tombstones|pg_class)$/.test(name ?? '')),
    ).toEqual([])
  }

  function indexesOf(nodes: readonly Node[]): unknown[] {
    return nodes.map(node => node['Index Name']).filter(Boolean)
  }

  it('get, vectors and history search by id', async () => {
    const keys = [keyOf(storedRecord(1))]
    const nodes = await scansOf(async () => {
      await store.get(keys)
      await store.vectors(keys)
      await store.history(keys)
    })
    expectNoScan(nodes)
    expect(indexesOf(nodes)).toEqual(['memories_id_key', 'memories_id_key', 'history_key'])
  })

  for (const [part, scope] of Object.entries(scopes)) {
    for (const direction of ['asc', 'desc'] as const) {
      it(`a page of a ${part}, ${direction}, is read along its index from where the page before ended`, async () => {
        const after = { id: 'memory-000100', place: 0, time: 1_735_689_600_000 + 100_000 }
        const order = { by: 'createdAt', direction } as const
        const nodes = await scansOf(() => Array.fromAsync(store.query({ scope, after, order, pageSize: 10 })))
        expectNoScan(nodes)
        expect(new Set(indexesOf(nodes))).toEqual(new Set([`memories_by_${part.replace('Id', '_id')}`]))
      })
    }
  }

  it('the texts of a user are read along its index, page after page', async () => {
    const scope = { orgId: 'acme', userId: 'user-7' }
    const nodes = await scansOf(() => Array.fromAsync(store.texts({ scope, pageSize: 10 })))
    expectNoScan(nodes)
    expect(nodes.length).toBeGreaterThan(2)
    expect(new Set(indexesOf(nodes))).toEqual(new Set(['memories_by_user_id']))
  })

  it('a put looks nowhere but at the ends of the log when no keys are taken', async () => {
    const nodes = await scansOf(() => store.put([storedRecord(5000)]))
    expectNoScan(nodes)
    expect(indexesOf(nodes)).toContain('memories_pkey')
  })

  it('a put with dedupe keys finds older records without by their scope, and taken keys by their index', async () => {
    const nodes = await scansOf(async () => {
      const userId = 'user-10'
      await store.put([uniqueRecord(60, { userId }), uniqueRecord(6000, { userId })])
      await store.put([uniqueRecord(6000, { id: 'another', userId })])
    })
    expectNoScan(nodes)
    expect(indexesOf(nodes)).toContain('memories_by_user_id')
    expect(indexesOf(nodes)).toContain('memories_by_dedupe_key')
  })

  it('the log is read from its position, and the head is the end of it', async () => {
    const nodes = await scansOf(async () => {
      await store.changes({ after: 100, limit: 10 })
      await store.textChanges({ after: 100, limit: 10 })
      await store.scopedChanges({ after: 100, limit: 10 })
      await store.head()
    })
    expectNoScan(nodes)
    expect(indexesOf(nodes).filter(name => name === 'memories_pkey').length).toBeGreaterThanOrEqual(2)
  })

  it('patch and delete search by id', async () => {
    const nodes = await scansOf(async () => {
      await store.patch([{ key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 1 }])
      await store.delete([keyOf(storedRecord(2)), keyOf(storedRecord(9999))])
    })
    expectNoScan(nodes)
    expect(indexesOf(nodes)).toContain('memories_id_key')
  })
})
