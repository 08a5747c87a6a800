import { isCurrent, MemoryError, replacedRecord, sameScope } from '@agentmem/core/adapter'
import type { PutReceipt, StoredRecord, WriteOptions } from '@agentmem/core/adapter'
import type { WriteSession } from '../database/session.ts'
import { memoryValues } from '../database/record-rows.ts'
import { historyColumns, memoryColumns } from '../database/tables.ts'
import { changeEntry, deleteRows } from './patch.ts'
import { noteSources } from './sources.ts'
import type { WrittenRecord } from './sources.ts'
import { readStored } from './stored.ts'

/**
 * Writes the records that an insert has left out over those that have their ids, at the positions after `position`: one
 * read, one delete, and two bulk inserts. `plainHolders`: the older records without a dedupe key that hold a place, by
 * the id of the record that they keep out.
 */
export async function replaceTaken(
  session: WriteSession,
  leftOut: readonly StoredRecord[],
  plainHolders: ReadonlyMap<string, string>,
  position: number,
  { actor }: WriteOptions,
): Promise<Required<Pick<PutReceipt, 'duplicates' | 'replaced'>> & { readonly written: number }> {
  const ids = leftOut.map(({ id }) => id)
  const dedupeKeys = leftOut.flatMap(({ dedupeKey }) => dedupeKey ?? [])
  const current = await readStored(session, ids, dedupeKeys)
  const holders = [...current.values()].filter(isCurrent)
  const idOfKey = new Map(holders.map(({ id, dedupeKey }) => [dedupeKey, id]))
  const duplicates = new Map<string, string>()
  const replaced = new Map<string, number>()
  const memories: unknown[][] = []
  const history: unknown[][] = []
  const written: WrittenRecord[] = []
  for (const record of leftOut) {
    const before = current.get(record.id)
    if (before && !sameScope(before, record)) throw takenElsewhere(record.id)
    const holder = holderOf(record, idOfKey, plainHolders, current)
    if (holder !== undefined) {
      duplicates.set(record.id, holder)
      continue
    }
    const seq = position + 1 + memories.length
    const after = before ? replacedRecord(before, record, { actor }) : record
    if (before) {
      replaced.set(record.id, after.version)
      if (isCurrent(before)) idOfKey.delete(before.dedupeKey)
    }
    current.set(record.id, after)
    if (isCurrent(after)) idOfKey.set(after.dedupeKey, after.id)
    written.push({ before, after })
    memories.push(memoryValues(after, seq))
    history.push(before ? changeEntry(before, after, seq, actor) : addEntry(after, seq, actor))
  }
  const { db, flavor } = session
  await deleteRows(session, [...replaced.keys()])
  if (memories.length > 0) {
    const added = await flavor.insert(db, { table: 'memories', columns: memoryColumns, values: memories })
    if (added < memories.length) {
      throw new MemoryError('BACKEND', `${memories.length} records were to be written, and ${added} were.`)
    }
    await flavor.insert(db, { table: 'history', columns: historyColumns, values: history })
    await noteSources(session, written)
  }
  return { duplicates, replaced, written: memories.length }
}

export function takenElsewhere(id: string): MemoryError {
  return new MemoryError('CONFLICT', `The id '${id}' is taken in another scope; choose another.`)
}

/** The id of another record that has the content now; one that this batch has changed may have had it before. */
function holderOf(
  record: StoredRecord,
  idOfKey: ReadonlyMap<string | null, string>,
  plainHolders: ReadonlyMap<string, string>,
  current: ReadonlyMap<string, StoredRecord>,
): string | undefined {
  const { id, hash, dedupeKey } = record
  if (dedupeKey === null || !isCurrent(record)) return undefined
  const holder = idOfKey.get(dedupeKey)
  if (holder !== undefined && holder !== id) return holder
  const plain = plainHolders.get(id)
  return plain !== undefined && (current.get(plain)?.hash ?? hash) === hash ? plain : undefined
}

/** In the order of `historyColumns`. */
function addEntry(record: StoredRecord, seq: number, actor: string | undefined): unknown[] {
  const { id, orgId, userId, agentId, runId, content, actorId, role, createdAt } = record
  return [
    id,
    seq,
    orgId,
    userId,
    agentId,
    runId,
    null,
    content,
    'ADD',
    actor ?? actorId,
    role,
    createdAt,
    null,
  ]
}
