import { mergedPatches, revivals, survivorPatch } from '../checks/source-changes.ts'
import { isCurrent, scopeOf } from '../contracts/record.ts'
import type { StoredRecord } from '../contracts/record.ts'
import type { Patch } from '../contracts/store-writes.ts'
import type { Along } from './map-sources.ts'

/** What becomes of the memories that stay when others go: they lose sources, or what took their place. */
export function mendPatches(
  all: Iterable<StoredRecord>,
  { gone, told }: Along,
  updatedAt: number,
): readonly Patch[] {
  const records = [...all]
  const ids = new Set(gone.keys())
  const survivors = records.flatMap(record => {
    const { id, derivation } = record
    if (!told.has(id) || gone.has(id) || !derivation) return []
    return [survivorPatch({ key: { ...scopeOf(record), id }, derivation }, ids, updatedAt)]
  })
  const succeeded = records.flatMap(record => {
    const successor = gone.get(record.supersededBy ?? '')
    if (!successor || !told.has(successor.id)) return []
    const { dedupeKey } = record
    const { id: successorId, supersededBy: next, validTo: until } = successor
    return [{ record, dedupeKey, isGone: gone.has(record.id), successorId, next, until }]
  })
  const staying = records.filter(record => !gone.has(record.id) && isCurrent(record))
  const holders = new Map(
    staying.flatMap(({ id, dedupeKey }) => (dedupeKey === null ? [] : [[dedupeKey, id]])),
  )
  return mergedPatches([...survivors, ...revivals(succeeded, holders, updatedAt)])
}
