import { MemoryError, notFound } from '../contracts/errors.ts'
import { evaluateWhere } from '../contracts/evaluate-where.ts'
import type { IndexEntry, LogPage } from '../contracts/log.ts'
import { mintId } from '../contracts/mint-id.ts'
import { embedderKey, modelMismatch } from '../contracts/model-identity.ts'
import { sameScope } from '../contracts/record-keys.ts'
import { inScope, scopeOf } from '../contracts/record.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import type {
  ChangeReceipt,
  DeleteAllOptions,
  MetaEntry,
  Patch,
  PutReceipt,
  Query,
  ReuseOptions,
  Store,
  StoreCounters,
  StoreStats,
  StoreSupports,
  VectorWriteOptions,
  WriteOptions,
} from '../contracts/store.ts'
import { comparatorOf, copyOf, patched, withoutVector } from './map-records.ts'
import { MapStaging } from './map-staging.ts'
import { RecordMap } from './record-map.ts'

/**
 * A Store in memory, in its simplest form. Other Stores are compared with it, and it is enough for tests. All data
 * is lost when the process ends. Each change adds one entry to the log, and no entry is ever removed.
 */
export class MapStore implements Store {
  readonly name = 'map'
  readonly supports: StoreSupports = Object.freeze({
    durable: false,
    multiProcess: false,
    concurrentWrites: 1,
  })
  readonly #records = new RecordMap()
  readonly #history = new Map<string, HistoryEntry[]>()
  readonly #meta = new Map<string, string>()
  /** The id that was changed at position i + 1. Only the newest entry of an id counts. */
  readonly #log: string[] = []
  readonly #positionOf = new Map<string, number>()
  readonly #staging = new MapStaging(this.#records, this.#meta, this.#log, this.#positionOf)
  #statements = 0
  #transactions = 0

  /** Counts one statement a call, as if a backend took the whole batch at once. */
  get counters(): StoreCounters {
    return { statements: this.#statements, transactions: this.#transactions, roundTrips: this.#statements }
  }

  async put(records: readonly StoredRecord[], options: VectorWriteOptions = {}): Promise<PutReceipt> {
    this.#refuseOtherModel(options)
    this.#refuseForeignIds(records)
    const after = this.#beginWrite(records)
    const duplicates = new Map<string, string>()
    for (const record of records) {
      const holder = this.#records.holderOf(record)
      if (holder === undefined) {
        this.#records.add(copyOf(record))
        this.#remember(
          { event: 'ADD', record, newValue: record.content, createdAt: record.createdAt },
          options,
        )
      } else {
        duplicates.set(record.id, holder)
      }
    }
    return { duplicates, span: { after, upTo: this.#log.length } }
  }

  async patch(patches: readonly Patch[], options: VectorWriteOptions = {}): Promise<ChangeReceipt> {
    this.#refuseOtherModel(options)
    const changes: { readonly before: StoredRecord; readonly after: StoredRecord }[] = []
    const missing: string[] = []
    try {
      for (const patch of patches) {
        const before = this.#records.byKey(patch.key)
        if (before) {
          const after = patched(before, patch, options)
          this.#records.replace(before, after)
          changes.push({ before, after })
        } else if (patch.mustExist) {
          throw notFound(patch.key.id)
        } else {
          missing.push(patch.key.id)
        }
      }
    } catch (error) {
      for (const { before, after } of changes.toReversed()) this.#records.replace(after, before)
      throw error
    }
    const start = this.#beginWrite(patches)
    for (const { before, after } of changes) {
      const values = { previousValue: before.content, newValue: after.content }
      this.#remember({ event: 'UPDATE', record: after, ...values, createdAt: after.updatedAt }, options)
    }
    return { missing, span: { after: start, upTo: this.#log.length } }
  }

  async delete(keys: readonly Key[], options: WriteOptions = {}): Promise<ChangeReceipt> {
    const after = this.#beginWrite(keys)
    const missing = keys.filter(key => !this.#records.byKey(key)).map(key => key.id)
    for (const key of keys) {
      const record = this.#records.byKey(key)
      if (record) this.#delete(record, options)
    }
    return { missing, span: { after, upTo: this.#log.length } }
  }

  async deleteAll(scope: Scope, options: DeleteAllOptions = {}): Promise<number> {
    this.#beginWrite([scope])
    const found = [...this.#records.values()].filter(record => inScope(scopeOf(record), scope))
    for (const record of found) this.#delete(record, options)
    if (options.purgeHistory) this.#purgeHistory(scope)
    return found.length
  }

  async get(keys: readonly Key[]): Promise<(MemoryRecord | undefined)[]> {
    this.#beginRead(keys)
    return keys.map(key => {
      const record = this.#records.byKey(key)
      return record && withoutVector(record)
    })
  }

  async vectors(keys: readonly Key[]): Promise<(Float32Array | undefined)[]> {
    this.#beginRead(keys)
    return keys.map(key => this.#records.byKey(key)?.vector.slice())
  }

  async vectorsByHash(
    hashes: readonly string[],
    { embedder }: ReuseOptions,
  ): Promise<(Float32Array | undefined)[]> {
    this.#beginRead(hashes)
    const bound = this.#meta.get(embedderKey) === embedder
    return hashes.map(hash => (bound ? this.#records.reusable(hash)?.vector.slice() : undefined))
  }

  async *query({ scope, where, order, after, pageSize = 500 }: Query): AsyncGenerator<MemoryRecord[]> {
    const compare = comparatorOf(order ?? { by: 'createdAt', direction: 'desc' })
    const position = after && { id: after.id, createdAt: after.time, updatedAt: after.time }
    const matches = (record: StoredRecord | undefined): record is StoredRecord =>
      record !== undefined &&
      inScope(scopeOf(record), scope) &&
      (where === undefined || evaluateWhere(where, record))
    const found = [...this.#records.values()]
      .filter(record => matches(record) && (position === undefined || compare(record, position) > 0))
      .toSorted(compare)
    for (let start = 0; start < found.length; start += pageSize) {
      this.#statements++
      const page = found
        .slice(start, start + pageSize)
        .map(record => this.#records.byId(record.id))
        .filter(matches)
      if (page.length > 0) yield page.map(withoutVector)
    }
  }

  async history(keys: readonly Key[]): Promise<HistoryEntry[][]> {
    this.#beginRead(keys)
    return keys.map(key => (this.#history.get(key.id) ?? []).filter(({ scope }) => inScope(scope, key)))
  }

  async changes({ after, limit }: { readonly after: number; readonly limit: number }): Promise<LogPage> {
    this.#statements++
    const upserts: IndexEntry[] = []
    const deletes: string[] = []
    let cursor = after
    while (cursor < this.#log.length && upserts.length + deletes.length < limit) {
      const id = this.#log[cursor++]
      if (id === undefined || this.#positionOf.get(id) !== cursor) continue
      const record = this.#records.byId(id)
      if (record) upserts.push({ id, scope: scopeOf(record), vector: record.vector.slice() })
      else deletes.push(id)
    }
    return { upserts, deletes, cursor, done: cursor >= this.#log.length }
  }

  async head(): Promise<number> {
    this.#statements++
    return this.#log.length
  }

  async readMeta(keys: readonly string[]): Promise<(string | undefined)[]> {
    this.#beginRead(keys)
    return keys.map(key => this.#meta.get(key))
  }

  async writeMeta(entries: readonly MetaEntry[]): Promise<boolean> {
    this.#beginWrite(entries)
    const holds = entries.every(
      ({ key, expect }) => expect === undefined || expect === (this.#meta.get(key) ?? null),
    )
    if (!holds) return false
    for (const { key, value } of entries) {
      if (value === null) this.#meta.delete(key)
      else this.#meta.set(key, value)
    }
    return true
  }

  async startStaging(embedder: string): Promise<StagingState> {
    this.#beginWrite([embedder])
    return this.#staging.start(embedder)
  }

  async unstaged(request: { readonly after: number; readonly limit: number }): Promise<UnstagedPage> {
    this.#statements++
    return this.#staging.unstaged(request)
  }

  async stagedVectors(embedder: string, hashes: readonly string[]): Promise<(Float32Array | undefined)[]> {
    this.#beginRead(hashes)
    return this.#staging.vectors(embedder, hashes)
  }

  async stage(embedder: string, vectors: readonly StagedVector[]): Promise<void> {
    this.#beginWrite(vectors)
    this.#staging.stage(embedder, vectors)
  }

  async adoptStaged(embedder: string, options: AdoptOptions = {}): Promise<Adopted | undefined> {
    this.#beginWrite([embedder])
    return this.#staging.adopt(embedder, options)
  }

  async stats(): Promise<StoreStats> {
    return { memories: this.#records.size, head: this.#log.length }
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #beginRead(batch: readonly unknown[]): void {
    if (batch.length > 0) this.#statements++
  }

  /** Returns the last position of the log. */
  #beginWrite(batch: readonly unknown[]): number {
    this.#beginRead(batch)
    if (batch.length > 0) this.#transactions++
    return this.#log.length
  }

  #refuseOtherModel({ embedder }: VectorWriteOptions): void {
    const stored = this.#meta.get(embedderKey)
    if (embedder !== undefined && stored !== embedder) throw modelMismatch(this.name, stored, embedder)
  }

  #refuseForeignIds(records: readonly StoredRecord[]): void {
    for (const record of records) {
      const holder = this.#records.byId(record.id)
      if (holder && !sameScope(holder, record)) {
        throw new MemoryError('CONFLICT', `The id '${record.id}' is taken in another scope; choose another.`)
      }
    }
  }

  #delete(record: StoredRecord, options: WriteOptions): void {
    this.#records.delete(record)
    const entry = { event: 'DELETE', previousValue: record.content, createdAt: Date.now() } as const
    this.#remember({ ...entry, record }, options)
  }

  /** Adds one change to the history and to the log. */
  #remember({ record, ...values }: Change, { actor = record.actorId ?? undefined }: WriteOptions): void {
    const { id: memoryId, role } = record
    const owner = { memoryId, scope: scopeOf(record), actorId: actor ?? null, role }
    const entry: HistoryEntry = { id: mintId(), previousValue: null, newValue: null, ...owner, ...values }
    const entries = this.#history.get(memoryId)
    if (entries) entries.push(entry)
    else this.#history.set(memoryId, [entry])
    this.#positionOf.set(memoryId, this.#log.push(memoryId))
  }

  #purgeHistory(scope: Scope): void {
    for (const [id, entries] of this.#history) {
      const kept = entries.filter(entry => !inScope(entry.scope, scope))
      if (kept.length > 0) this.#history.set(id, kept)
      else this.#history.delete(id)
    }
  }
}

interface Change extends Pick<HistoryEntry, 'event' | 'createdAt'> {
  readonly record: StoredRecord
  readonly previousValue?: string
  readonly newValue?: string
}
