import { ok } from 'node:assert/strict'
import type { Store, StoredRecord, TextEntry, TextPage, TextsQuery } from '@agentmem/core/adapter'
import { scopeOf } from '@agentmem/core/adapter'

/** All texts of a scope, page after page. */
export async function readTexts(store: Store, query: TextsQuery): Promise<TextEntry[]> {
  const texts: TextEntry[] = []
  for await (const page of store.texts(query)) {
    ok(page.length > 0 && page.length <= (query.pageSize ?? 1_000), `a page of ${page.length} texts`)
    texts.push(...page.map(plainEntry))
  }
  return texts
}

/** The whole log with texts after a position, read in pages. An id that changed meanwhile stands at its newest change. */
export async function readTextLog(store: Store, after = 0, limit = 1000): Promise<TextPage> {
  const upserts = new Map<string, TextEntry>()
  const deletes = new Set<string>()
  for (let cursor = after; ;) {
    const page = await store.textChanges({ after: cursor, limit })
    ok(page.upserts.length + page.deletes.length <= limit, `textChanges returned more than ${limit} entries`)
    ok(page.done || page.cursor > cursor, `textChanges made no progress at ${cursor} and is not done`)
    for (const entry of page.upserts) {
      upserts.set(entry.id, plainEntry(entry))
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

/** What a Store must give of a record's text. */
export function textOf(record: StoredRecord): TextEntry {
  const { id, content, createdAt, place, actorId, origin } = record
  return { id, scope: scopeOf(record), content, createdAt, place, actorId, origin }
}

/** The same entry with every part of its scope, for a comparison that tells undefined from absent. */
function plainEntry(entry: TextEntry): TextEntry {
  const { orgId, userId, agentId, runId } = entry.scope
  return { ...entry, scope: { orgId, userId, agentId, runId } }
}
