import { MemoryError } from '../contracts/errors.ts'
import { sameScope } from '../contracts/record-keys.ts'
import { inScope, isCurrent } from '../contracts/record.ts'
import type { Key, StoredRecord } from '../contracts/record.ts'

/** Records by id, with the two lookups that keep a content from being stored twice. */
export class RecordMap {
  readonly #records = new Map<string, StoredRecord>()
  readonly #idsOfHash = new Map<string, Set<string>>()
  readonly #idOfDedupeKey = new Map<string, string>()

  get size(): number {
    return this.#records.size
  }

  values(): IterableIterator<StoredRecord> {
    return this.#records.values()
  }

  /** Returns the record with this id, of any organization. */
  byId(id: string): StoredRecord | undefined {
    return this.#records.get(id)
  }

  byKey(key: Key): StoredRecord | undefined {
    const record = this.#records.get(key.id)
    return record && inScope(record, key) ? record : undefined
  }

  /** Returns a record of this hash whose vector may be used again. */
  reusable(hash: string): StoredRecord | undefined {
    for (const id of this.#idsOfHash.get(hash) ?? []) {
      const record = this.#records.get(id)
      if (record?.reusable && record.vector) return record
    }
    return undefined
  }

  /** Returns the id of the stored record that keeps this one out; undefined when there is none. */
  holderOf(record: StoredRecord): string | undefined {
    return this.#records.has(record.id) ? record.id : this.contentHolderOf(record)
  }

  /** Returns the id of another record that has this one's content and may not have it twice. */
  contentHolderOf(record: StoredRecord): string | undefined {
    if (record.dedupeKey === null || !isCurrent(record)) return undefined
    const holder = this.#idOfDedupeKey.get(record.dedupeKey)
    if (holder !== undefined && holder !== record.id) return holder
    // What was inferred does not yield to a message of the same words.
    if (record.origin === 'model') return undefined
    for (const id of this.#idsOfHash.get(record.hash) ?? []) {
      const other = this.#records.get(id)
      if (other && id !== record.id && isPlain(other) && sameScope(other, record)) return id
    }
    return undefined
  }

  add(record: StoredRecord): void {
    const { id, hash, dedupeKey } = record
    this.#records.set(id, record)
    const ids = this.#idsOfHash.get(hash)
    if (ids) ids.add(id)
    else this.#idsOfHash.set(hash, new Set([id]))
    if (dedupeKey !== null && isCurrent(record)) this.#idOfDedupeKey.set(dedupeKey, id)
  }

  delete(record: StoredRecord): void {
    const { id, hash, dedupeKey } = record
    this.#records.delete(id)
    const ids = this.#idsOfHash.get(hash)
    ids?.delete(id)
    if (ids?.size === 0) this.#idsOfHash.delete(hash)
    if (dedupeKey !== null && isCurrent(record)) this.#idOfDedupeKey.delete(dedupeKey)
  }

  /** Throws `CONFLICT`, and changes nothing, when another record has the new dedupe key. */
  replace(before: StoredRecord, after: StoredRecord): void {
    const { dedupeKey } = after
    const holder = dedupeKey !== null && isCurrent(after) ? this.#idOfDedupeKey.get(dedupeKey) : undefined
    if (holder !== undefined && holder !== before.id) {
      throw new MemoryError(
        'CONFLICT',
        `The memory '${before.id}' cannot get this content: '${holder}' has it already, and neither may be a duplicate.`,
      )
    }
    this.delete(before)
    this.add(after)
  }

  /** Changes the record in place, without a look at its keys. */
  touch(record: StoredRecord): void {
    this.#records.set(record.id, record)
  }

  /** Returns a function that puts everything back as it is now. */
  snapshot(): () => void {
    const records = [...this.#records.values()]
    return () => {
      for (const map of [this.#records, this.#idsOfHash, this.#idOfDedupeKey]) map.clear()
      for (const record of records) this.add(record)
    }
  }
}

/** True for a record that keeps others of its content out without a dedupe key. */
function isPlain(record: StoredRecord): boolean {
  return record.dedupeKey === null && record.origin === 'caller' && isCurrent(record)
}
