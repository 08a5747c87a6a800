import type { StoredRecord } from '@agentmem/core/adapter'
import { partsOf } from '../database/list-parts.ts'
import type { WriteSession } from '../database/session.ts'
import { ownKey, recordOf, vectorOf } from '../database/record-rows.ts'
import { recordSelection } from '../database/tables.ts'
import type { RecordRow } from '../database/record-rows.ts'

interface StoredRow extends RecordRow {
  readonly dedupeKey: string | null
  readonly reuseKey: string | null
  readonly vector: Uint8Array
}

/** Everything of the records that have one of these ids or dedupe keys, by id. */
export async function readStored(
  { db, flavor }: WriteSession,
  ids: readonly string[],
  dedupeKeys: readonly string[] = [],
): Promise<Map<string, StoredRecord>> {
  const stored = new Map<string, StoredRecord>()
  const [idParts, keyParts] = [partsOf(ids, flavor), partsOf(dedupeKeys, flavor)]
  for (let part = 0; part < Math.max(idParts.length, keyParts.length); part++) {
    const named = [
      ['id', idParts[part] ?? []],
      ['dedupe_key', keyParts[part] ?? []],
    ] as const
    const rows = await db
      .selectFrom('memories')
      .select(recordSelection)
      .select(['dedupe_key as dedupeKey', 'reuse_key as reuseKey', 'vector'])
      .where(eb =>
        eb.or(
          named
            .filter(([, list]) => list.length > 0)
            .map(([column, list]) => flavor.isOneOf(eb.ref(column), list)),
        ),
      )
      .execute()
    for (const { reuseKey, dedupeKey: held, vector, ...row } of rows as StoredRow[]) {
      const record = recordOf(row)
      const made = { reusable: reuseKey !== null, vector: vectorOf(vector) ?? null }
      stored.set(row.id, { ...record, ...made, dedupeKey: ownKey(record, held) })
    }
  }
  return stored
}
