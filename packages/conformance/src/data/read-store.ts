import { equal, ok } from 'node:assert/strict'
import type { LogPage, MemoryRecord, Query, Store } from '@agentmem/core/adapter'

/** The whole log after a position, read in pages. An id that changed meanwhile stands at its newest change. */
export async function readLog(store: Store, after = 0, limit = 1000): Promise<LogPage> {
  const upserts = new Map<string, LogPage['upserts'][number]>()
  const deletes = new Set<string>()
  for (let cursor = after; ;) {
    const page = await store.changes({ after: cursor, limit })
    ok(page.upserts.length + page.deletes.length <= limit, `changes returned more than ${limit} entries`)
    ok(page.done || page.cursor > cursor, `changes made no progress at ${cursor} and is not done`)
    for (const entry of page.upserts) {
      upserts.set(entry.id, entry)
      deletes.delete(entry.id)
    }
    for (const id of page.deletes) {
      deletes.add(id)
      upserts.delete(id)
    }
    cursor = page.cursor
    if (page.done) return { upserts: [...upserts.values()], deletes: [...deletes], cursor, done: true }
  }
}

/** All records of a query, page after page. */
export async function readAll(store: Store, query: Query): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = []
  for await (const page of store.query(query)) {
    ok(page.length <= (query.pageSize ?? 500), `a page of ${page.length} records`)
    records.push(...page)
  }
  return records
}

/** Fails unless the Store holds what it held when `before` was read: records, log and all. */
export async function assertUnchanged(store: Store, before: StoreState): Promise<void> {
  const now = await stateOf(store)
  equal(now.memories, before.memories, 'a refused call changed the number of memories')
  equal(now.head, before.head, 'a refused call wrote to the log')
}

/** What every write of records changes. */
export interface StoreState {
  readonly memories: number
  readonly head: number
}

export async function stateOf(store: Store): Promise<StoreState> {
  const { memories } = await store.stats()
  return { memories, head: (await store.head()).position }
}

/** Ids in one order, to compare as sets. */
export function idsOf(records: Iterable<{ readonly id: string }>): string[] {
  return Array.from(records, record => record.id).toSorted()
}
