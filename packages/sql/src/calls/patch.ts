import { inScope, MemoryError, notFound, patchedRecord, recordedChange } from '@agentmem/core/adapter'
import type { ChangeReceipt, Patch, StoredRecord, VectorWriteOptions } from '@agentmem/core/adapter'
import type { LogState } from '../database/flavor.ts'
import { partsOf } from '../database/list-parts.ts'
import type { WriteSession } from '../database/session.ts'
import { memoryValues } from '../database/record-rows.ts'
import { historyColumns, memoryColumns } from '../database/tables.ts'
import { takeLogFor } from '../log/log.ts'
import { refuseOthers } from '../database/positions-taken.ts'
import { noteSources } from './sources.ts'
import type { WrittenRecord } from './sources.ts'
import { readStored } from './stored.ts'

/**
 * Reads the records, and replaces them by changed ones at new positions. A new position rewrites the row in any case,
 * so a batch of patches is one delete and one bulk insert, not a statement for each. `log`: its state, where the transaction
 * has taken it already.
 */
export async function patch(
  session: WriteSession,
  patches: readonly Patch[],
  { actor, embedder }: VectorWriteOptions,
  log?: LogState,
): Promise<ChangeReceipt> {
  const { head } = log ?? (await takeLogFor(session, { embedder }))
  const found = await readStored(
    session,
    patches.map(({ key }) => key.id),
  )
  const missing: string[] = []
  const memories: unknown[][] = []
  const history: unknown[][] = []
  const written: WrittenRecord[] = []
  for (const change of patches) {
    const before = found.get(change.key.id)
    if (!before || !inScope(before, change.key)) {
      if (change.mustExist) throw notFound(change.key.id)
      missing.push(change.key.id)
      continue
    }
    const seq = head + 1 + memories.length
    const after = patchedRecord(before, change, { actor })
    written.push({ before, after })
    memories.push(memoryValues(after, seq))
    history.push(changeEntry(before, after, seq, actor))
  }
  const { db, flavor } = session
  if (memories.length > 0) {
    const ids = memories.map(([, id]) => id as string)
    await deleteRows(session, ids)
    const added = await flavor.insert(db, { table: 'memories', columns: memoryColumns, values: memories })
    if (added < memories.length) {
      await refuseOthers(session, head, new Set(ids))
      throw contentTaken(patches)
    }
    await flavor.insert(db, { table: 'history', columns: historyColumns, values: history })
    await noteSources(session, written)
  }
  return { missing, span: { after: head, upTo: head + memories.length } }
}

/** Deletes the rows of memories that are put in again at later positions. */
export async function deleteRows({ db, flavor }: WriteSession, ids: readonly string[]): Promise<void> {
  for (const part of partsOf(ids, flavor)) {
    await db
      .deleteFrom('memories')
      .where(eb => flavor.isOneOf(eb.ref('id'), part))
      .execute()
  }
}

/** In the order of `historyColumns`. */
export function changeEntry(
  before: StoredRecord,
  after: StoredRecord,
  seq: number,
  actor: string | undefined,
): unknown[] {
  const { id, orgId, userId, agentId, runId, actorId, role, updatedAt } = after
  const { event, previousValue, newValue, successorId } = recordedChange(before, after)
  const values = [previousValue, newValue, event, actor ?? actorId, role, updatedAt, successorId]
  return [id, seq, orgId, userId, agentId, runId, ...values]
}

function contentTaken(patches: readonly Patch[]): MemoryError {
  const mayTake = ({ dedupeKey, set }: Patch): boolean =>
    dedupeKey !== undefined || set.deletedAt === null || set.supersededBy === null
  const ids = patches.filter(mayTake).map(({ key }) => `'${key.id}'`)
  const shown = ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ')
  return new MemoryError(
    'CONFLICT',
    `One of the memories ${shown} cannot have its content: another one of its scope has it already, and neither may be a duplicate.`,
  )
}
