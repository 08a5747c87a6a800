import type { StoredRecord } from '../contracts/record.ts'
import type { MapLog } from './map-log.ts'
import type { RecordMap } from './record-map.ts'

/** One page of the log of a MapStore; a record without an entry is a delete. */
export function readMapLog<T>(
  log: MapLog,
  records: RecordMap,
  request: { readonly after: number; readonly limit: number },
  entryOf: (record: StoredRecord) => T | undefined,
): { upserts: T[]; deletes: string[]; cursor: number; done: boolean } {
  const { ids, cursor, done } = log.read(request)
  const upserts: T[] = []
  const deletes: string[] = []
  for (const id of ids) {
    const record = records.byId(id)
    const entry = record && entryOf(record)
    if (entry) upserts.push(entry)
    else deletes.push(id)
  }
  return { upserts, deletes, cursor, done }
}
