import { deepEqual, equal } from 'node:assert/strict'
import type { Store, StoredRecord } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { keyOf, storedRecord, withoutVector } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'

/** One record for each hostile string, which `fields` puts somewhere. */
export function hostileRecords(fields: (text: string) => Partial<SampleRecord>): SampleRecord[] {
  return hostileStrings.map((text, n) => storedRecord(n, fields(text)))
}

/** Writes records that are all different, and fails unless each comes back as it was. */
export async function assertKept(store: Store, records: readonly StoredRecord[]): Promise<void> {
  equal((await store.put(records)).duplicates.size, 0, 'two of them were taken for one')
  deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
}
