import type { MemoryParts } from '../parts/memory-parts.ts'
import { asHeld } from '../parts/plain-ids.ts'
import { embedMissing, storeRecords } from '../write/store-records.ts'
import type { ImportedRecord } from './exported-record.ts'

/** The records, each under the id that it has where it is there already: see `asHeld`. */
export async function heldRecords(
  { store }: MemoryParts,
  records: readonly ImportedRecord[],
  signal: AbortSignal | undefined,
): Promise<readonly ImportedRecord[]> {
  const own = records.map(({ record }) => record)
  const held = await asHeld(store, own, { signal })
  return held === own ? records : records.map((read, i) => ({ ...read, record: held[i] ?? read.record }))
}

/** Stores records that were read elsewhere: one embed call and one transaction. Returns how many were there already. */
export async function storeRead(
  parts: MemoryParts,
  records: readonly ImportedRecord[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const searched = records.filter(({ record, embedding }) => record.indexed || embedding)
  const texts = searched.map(({ record: { orgId, content }, embedding }) => ({ orgId, content, embedding }))
  const made = await embedMissing(parts, texts, signal)
  const vectors = new Map(searched.map(({ record }, i) => [record.id, made[i]]))
  const stored = records.map(({ record, embedding }) => {
    const vector = vectors.get(record.id) ?? null
    return { ...record, vector, reusable: parts.reuse && vector !== null && embedding === undefined }
  })
  const past = records.flatMap(({ record, history }) => (history ? [[record.id, history] as const] : []))
  const history = past.length > 0 ? new Map(past) : undefined
  return (await storeRecords(parts, stored, { history, signal })).size
}
