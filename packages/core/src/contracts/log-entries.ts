import type { IndexEntry, LogBatch } from './log.ts'
import { isSearched, scopeOf } from './record.ts'
import type { StoredRecord } from './record.ts'
import type { TextEntry } from './text-index.ts'

type ScopeFields = Pick<StoredRecord, 'id' | 'orgId' | 'userId' | 'agentId' | 'runId' | SearchedFields>
type SearchedFields = 'indexed' | 'supersededBy' | 'deletedAt'
type IndexedFields = ScopeFields & Pick<StoredRecord, 'vector'>
type TextFields = ScopeFields & Pick<StoredRecord, 'content' | 'createdAt' | 'place' | 'actorId' | 'origin'>

/** What the log of vectors has of a live record; undefined where it has a delete. */
export function indexEntryOf(record: IndexedFields): IndexEntry | undefined {
  const { id, vector } = record
  return vector && isSearched(record) ? { id, scope: scopeOf(record), vector } : undefined
}

/** What the log of vectors has of live records, each at its newest change. */
export function indexChangesOf(records: readonly IndexedFields[]): Pick<LogBatch, 'upserts' | 'deletes'> {
  const upserts: IndexEntry[] = []
  const deletes: string[] = []
  for (const record of records) {
    const entry = indexEntryOf(record)
    if (entry) upserts.push(entry)
    else deletes.push(record.id)
  }
  return { upserts, deletes }
}

/** What the log of texts has of a live record; undefined where it has a delete. */
export function textEntryOf(record: TextFields): TextEntry | undefined {
  return isSearched(record) ? textOf(record) : undefined
}

/** All that a ranking of texts knows of a record. */
export function textOf(record: Omit<TextFields, SearchedFields>): TextEntry {
  const { id, content, createdAt, place, actorId, origin } = record
  return { id, scope: scopeOf(record), content, createdAt, place, actorId, origin }
}
