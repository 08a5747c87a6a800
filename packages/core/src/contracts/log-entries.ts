import type { IndexEntry, LogBatch } from './log.ts'
import { scopeOf } from './record.ts'
import type { StoredRecord } from './record.ts'
import type { TextEntry } from './text-index.ts'

type ScopeFields = Pick<StoredRecord, 'id' | 'orgId' | 'userId' | 'agentId' | 'runId' | 'indexed'>
type IndexedFields = ScopeFields & Pick<StoredRecord, 'vector'>
type TextFields = ScopeFields & Pick<StoredRecord, 'content' | 'createdAt' | 'place' | 'actorId'>

/** What the log of vectors has of a live record; undefined where it has a delete. */
export function indexEntryOf(record: IndexedFields): IndexEntry | undefined {
  const { id, vector, indexed } = record
  return indexed && vector ? { id, scope: scopeOf(record), vector } : undefined
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
  const { id, content, createdAt, place, actorId, indexed } = record
  return indexed ? { id, scope: scopeOf(record), content, createdAt, place, actorId } : undefined
}
