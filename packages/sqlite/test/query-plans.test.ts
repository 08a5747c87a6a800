import { freshFolder, keyOf, storedRecord, storedRecords, uniqueRecord } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { statementsTo } from './watched-driver.ts'

const scopes = {
  userId: { orgId: 'acme', userId: 'alice' },
  agentId: { orgId: 'acme', agentId: 'helper' },
  runId: { orgId: 'acme', runId: 'run-1' },
}

/** How SQLite goes about the statements that a call prepares, each as its lines. */
async function plansOf(call: (store: Store) => Promise<unknown>): Promise<string[][]> {
  await using folder = await freshFolder()
  const path = folder.file()
  await using store = await openSqliteStore({ path })
  const fields = { agentId: 'helper', runId: 'run-1' }
  await store.put(storedRecords(300, n => (n % 3 === 0 ? fields : {})))
  await store.delete([keyOf(storedRecord(299))])
  const before = statementsTo(path)
  await call(store)
  const statements = [...statementsTo(path)].filter(statement => !before.has(statement))
  expect(statements).not.toHaveLength(0)
  using db = closing(new BetterSqlite3(path, { readonly: true }))
  return statements
    .filter(statement => /^(?:select|insert|update|delete)/.test(statement))
    .map(statement => {
      const rows = db.prepare(`explain query plan ${statement}`)
      const parameters = statement.match(/\?/g)?.map(() => '[]') ?? []
      return (rows.all(parameters) as { detail: string }[]).map(({ detail }) => detail)
    })
}

function closing(db: BetterSqlite3.Database): BetterSqlite3.Database & Disposable {
  return Object.assign(db, { [Symbol.dispose]: () => void db.close() })
}

function expectNoScan(plans: string[][]): void {
  for (const line of plans.flat())
    expect(line).not.toMatch(/^SCAN (?:memories|history|tombstones|meta|m|t)\b/)
}

it('get, vectors and history search by id', async () => {
  const keys = [keyOf(storedRecord(1))]
  const plans = await plansOf(async store => {
    await store.get(keys)
    await store.vectors(keys)
    await store.history(keys)
  })
  expectNoScan(plans)
  expect(plans.flat().filter(line => /^SEARCH memories USING INDEX .*\(id=\?\)/.test(line))).toHaveLength(2)
  expect(plans.flat()).toContain('SEARCH history USING PRIMARY KEY (memory_id=?)')
})

for (const [part, scope] of Object.entries(scopes)) {
  for (const direction of ['asc', 'desc'] as const) {
    it(`a page of a ${part}, ${direction}, is read along its index from where the page before ended`, async () => {
      const after = { id: 'memory-000100', place: 0, time: 1_750_000_000_000 }
      const plans = await plansOf(store =>
        Array.fromAsync(store.query({ scope, after, order: { by: 'createdAt', direction } })),
      )
      expectNoScan(plans)
      const column = part.replace('Id', '_id')
      const range = direction === 'asc' ? 'created_at>?' : 'created_at<?'
      expect(plans.flat()).toContainEqual(
        `SEARCH memories USING INDEX memories_by_${column} (org_id=? AND ${column}=? AND ${range})`,
      )
      expect(plans.flat()).not.toContain('USE TEMP B-TREE FOR ORDER BY')
    })
  }
}

it('the texts of a user are read along its index, page after page, and no vector or metadata with them', async () => {
  const texts: string[] = []
  const plans = await plansOf(async store => {
    for await (const page of store.texts({ scope: scopes.userId, pageSize: 100 }))
      texts.push(...page.map(({ content }) => content))
  })
  expect(texts).toHaveLength(299)
  expectNoScan(plans)
  const [first, next] = ['', ' AND created_at>?'].map(
    range => `SEARCH memories USING INDEX memories_by_user_id (org_id=? AND user_id=?${range})`,
  )
  expect(plans.flat()).toEqual(expect.arrayContaining([first, next]))
  expect(plans.flat()).not.toContain('USE TEMP B-TREE FOR ORDER BY')
})

it('a put looks nowhere but at the ends of the log when no keys are taken', async () => {
  const plans = await plansOf(store => store.put([storedRecord(500)]))
  expectNoScan(plans)
})

it('a put with dedupe keys finds older records without by their scope, and taken keys by their index', async () => {
  const plans = await plansOf(async store => {
    await store.put([uniqueRecord(1), uniqueRecord(600)])
    await store.put([uniqueRecord(600, { id: 'another' })])
  })
  expectNoScan(plans)
  expect(plans.flat()).toContainEqual(
    expect.stringMatching(/^SEARCH memories USING INDEX memories_by_user_id/),
  )
  expect(plans.flat()).toContainEqual(
    expect.stringMatching(/^SEARCH memories USING INDEX memories_by_dedupe_key/),
  )
})

it('the log is read from its position, and the head is the end of it', async () => {
  const plans = await plansOf(async store => {
    await store.changes({ after: 100, limit: 10 })
    await store.textChanges({ after: 100, limit: 10 })
    await store.scopedChanges({ after: 100, limit: 10 })
    await store.head()
  })
  expectNoScan(plans)
  expect(plans.flat()).toContain('SEARCH memories USING INTEGER PRIMARY KEY (rowid>?)')
  expect(plans.flat()).toContain('SEARCH tombstones USING INTEGER PRIMARY KEY (rowid>?)')
  expect(plans.flat()).not.toContain('USE TEMP B-TREE FOR ORDER BY')
})

it('patch and delete search by id', async () => {
  const plans = await plansOf(async store => {
    await store.patch([{ key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 1 }])
    await store.delete([keyOf(storedRecord(2)), keyOf(storedRecord(999))])
  })
  expectNoScan(plans)
})
