import type { StoredRecord } from '@agentmem/core/adapter'
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
  const rows = await db
    .selectFrom('memories')
    .select(recordSelection)
    .select(['dedupe_key as dedupeKey', 'reuse_key as reuseKey', 'vector'])
    .where(eb => {
      const isNamed = flavor.isOneOf(eb.ref('id'), ids)
      return dedupeKeys.length === 0
        ? isNamed
        : eb.or([isNamed, flavor.isOneOf(eb.ref('dedupe_key'), dedupeKeys)])
    })
    .execute()
  return new Map(
    (rows as StoredRow[]).map(({ reuseKey, dedupeKey: held, vector, ...row }) => {
      const record = recordOf(row)
      const made = { reusable: reuseKey !== null, vector: vectorOf(vector) ?? null }
      return [row.id, { ...record, ...made, dedupeKey: ownKey(record, held) }]
    }),
  )
}
