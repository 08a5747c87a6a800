import { sourceChange } from '@agentmem/core/adapter'
import type { MemoryRecord } from '@agentmem/core/adapter'
import { partsOf } from '../database/list-parts.ts'
import type { WriteSession } from '../database/session.ts'
import { sourceColumns } from '../database/tables.ts'

/** A record as a write found it, undefined where it is new, and as it leaves it. */
export interface WrittenRecord {
  readonly before?: MemoryRecord | undefined
  readonly after: MemoryRecord
}

/** Notes what records are made of from now on: one statement, and one more where some lose a source. */
export async function noteSources(session: WriteSession, written: readonly WrittenRecord[]): Promise<void> {
  const values: string[][] = []
  const [losers, removed] = [new Set<string>(), new Set<string>()]
  for (const { before, after } of written) {
    const change = sourceChange(before?.derivation ?? null, after.derivation)
    const isLosing = change.removed.length > 0
    if (isLosing) losers.add(after.id)
    for (const id of change.removed) removed.add(id)
    // What one loses another may keep: it is noted again.
    const noted = isLosing ? new Set(after.derivation?.sources) : change.added
    for (const id of noted) values.push([after.id, id, after.orgId])
  }
  const { db, flavor } = session
  for (const ids of partsOf([...losers], flavor)) {
    for (const sources of partsOf([...removed], flavor)) {
      await db
        .deleteFrom('memory_sources')
        .where(eb => flavor.isOneOf(eb.ref('memory_id'), ids))
        .where(eb => flavor.isOneOf(eb.ref('source_id'), sources))
        .execute()
    }
  }
  if (values.length > 0) await flavor.insert(db, { table: 'memory_sources', columns: sourceColumns, values })
}
