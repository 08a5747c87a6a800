import { MemoryError } from '../contracts/errors.ts'
import { sameScope } from '../contracts/record-keys.ts'
import { inScope } from '../contracts/record.ts'
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
    if (record.dedupeKey === null) return undefined
    const holder = this.#idOfDedupeKey.get(record.dedupeKey)
    if (holder !== undefined && holder !== record.id) return holder
    for (const id of this.#idsOfHash.get(record.hash) ?? []) {
      const plain = this.#records.get(id)
      if (plain && id !== record.id && plain.dedupeKey === null && sameScope(plain, record)) return id
    }
    return undefined
  }

  add(record: StoredRecord): void {
    const { id, hash, dedupeKey } = record
    this.#records.set(id, record)
    const ids = this.#idsOfHash.get(hash)
    if (ids) ids.add(id)
    else this.#idsOfHash.set(hash, new Set([id]))
    if (dedupeKey !== null) this.#idOfDedupeKey.set(dedupeKey, id)
  }

  delete({ id, hash, dedupeKey }: StoredRecord): void {
    this.#records.delete(id)
    const ids = this.#idsOfHash.get(hash)
    ids?.delete(id)
    if (ids?.size === 0) this.#idsOfHash.delete(hash)
    if (dedupeKey !== null) this.#idOfDedupeKey.delete(dedupeKey)
  }

  /** Throws `CONFLICT`, and changes nothing, when another record has the new dedupe key. */
  replace(before: StoredRecord, after: StoredRecord): void {
    const holder = after.dedupeKey === null ? undefined : this.#idOfDedupeKey.get(after.dedupeKey)
    if (holder !== undefined && holder !== before.id) {
      throw new MemoryError(
        'CONFLICT',
        `The memory '${before.id}' cannot get this content: '${holder}' has it already, and neither may be a duplicate.`,
      )
    }
    this.delete(before)
    this.add(after)
  }
}
