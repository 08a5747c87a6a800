import { patchedRecord, replacedRecord } from '../checks/changed-record.ts'
import { MemoryError, notFound } from '../contracts/errors.ts'
import { indexEntryOf, textEntryOf } from '../contracts/log-entries.ts'
import type { LogPage } from '../contracts/log.ts'
import { embedderKey, modelMismatch } from '../contracts/model-identity.ts'
import { sameScope } from '../contracts/record-keys.ts'
import { inScope, scopeOf } from '../contracts/record.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import type * as s from '../contracts/store.ts'
import type { TextEntry, TextPage } from '../contracts/text-index.ts'
import { MapHistory } from './map-history.ts'
import type { Change } from './map-history.ts'
import { MapLog } from './map-log.ts'
import { matcherOf, scopeValues, selectRecords } from './map-queries.ts'
import { comparatorOf, copyOf, withoutVector } from './map-records.ts'
import { writeEntries } from './map-meta.ts'
import { readMapLog } from './read-map-log.ts'
import { MapStaging } from './map-staging.ts'
import { RecordMap } from './record-map.ts'

/**
 * A Store in memory, in its simplest form. Other Stores are compared with it, and it is enough for tests. All data
 * is lost when the process ends. Each change adds one entry to the log, and no entry is ever removed.
 */
export class MapStore implements s.Store {
  readonly name = 'map'
  readonly supports: s.StoreSupports = Object.freeze({
    durable: false,
    multiProcess: false,
    concurrentWrites: 1,
  })
  readonly #records = new RecordMap()
  readonly #history = new MapHistory()
  readonly #meta = new Map<string, string>()
  readonly #log = new MapLog()
  readonly #staging = new MapStaging(this.#records, this.#meta, this.#log)
  #statements = 0
  #transactions = 0

  /** Counts one statement a call, as if a backend took the whole batch at once. */
  get counters(): s.StoreCounters {
    return { statements: this.#statements, transactions: this.#transactions, roundTrips: this.#statements }
  }

  async put(records: readonly StoredRecord[], options: s.PutOptions = {}): Promise<s.PutReceipt> {
    this.#refuseOtherModel(options)
    this.#refuseForeignIds(records)
    const after = this.#beginWrite(records)
    const duplicates = new Map<string, string>()
    const replaced = new Map<string, number>()
    for (const record of records) {
      const replaces = options.onTaken === 'replace' ? this.#records.byId(record.id) : undefined
      const holder = replaces ? this.#records.contentHolderOf(record) : this.#records.holderOf(record)
      if (holder !== undefined) duplicates.set(record.id, holder)
      else if (replaces) replaced.set(record.id, this.#replace(replaces, record, options))
      else this.#add(record, options)
    }
    const span = { after, upTo: this.#log.head }
    return replaced.size > 0 ? { duplicates, replaced, span } : { duplicates, span }
  }

  async patch(patches: readonly s.Patch[], options: s.VectorWriteOptions = {}): Promise<s.ChangeReceipt> {
    this.#refuseOtherModel(options)
    const changes: { readonly before: StoredRecord; readonly after: StoredRecord }[] = []
    const missing: string[] = []
    try {
      for (const patch of patches) {
        const before = this.#records.byKey(patch.key)
        if (before) {
          const after = copyOf(patchedRecord(before, patch, options))
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
      this.#rememberUpdate(before, after, options)
    }
    return { missing, span: { after: start, upTo: this.#log.head } }
  }

  async delete(keys: readonly Key[], options: s.DeleteOptions = {}): Promise<s.ChangeReceipt> {
    const after = this.#beginWrite(keys)
    const missing = keys.filter(key => !this.#records.byKey(key)).map(key => key.id)
    for (const key of keys) {
      const record = this.#records.byKey(key)
      if (record) this.#delete(record, options)
      if (options.purgeHistory) this.#history.purgeOf(key)
    }
    return { missing, span: { after, upTo: this.#log.head } }
  }

  async deleteAll(scope: Scope, options: s.DeleteAllOptions = {}): Promise<number> {
    this.#beginWrite([scope])
    const { where, purgeHistory } = options
    const found = [...this.#records.values()].filter(matcherOf({ scope, where }))
    for (const record of found) this.#delete(record, options)
    if (purgeHistory && where) for (const { id } of found) this.#history.purgeOf({ ...scope, id })
    else if (purgeHistory) this.#history.purge(scope)
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
    return keys.map(key => this.#records.byKey(key)?.vector?.slice())
  }

  async vectorsByHash(
    hashes: readonly string[],
    { embedder }: s.ReuseOptions,
  ): Promise<(Float32Array | undefined)[]> {
    this.#beginRead(hashes)
    const bound = this.#meta.get(embedderKey) === embedder
    return hashes.map(hash => (bound ? this.#records.reusable(hash)?.vector?.slice() : undefined))
  }

  async *query(query: s.Query): AsyncGenerator<MemoryRecord[]> {
    const found = selectRecords(this.#records.values(), query)
    for await (const page of this.#pages(found, query.pageSize ?? 500)) {
      const records = page.filter(matcherOf(query))
      if (records.length > 0) yield records.map(withoutVector)
    }
  }

  async count(request: s.CountRequest): Promise<number> {
    this.#statements++
    return [...this.#records.values()].filter(matcherOf(request)).length
  }

  async scopes(request: s.ScopesRequest): Promise<s.ScopeValue[]> {
    this.#statements++
    return scopeValues(this.#records.values(), request)
  }

  async *texts({ scope, pageSize = 1_000 }: s.TextsQuery): AsyncGenerator<TextEntry[]> {
    const found = [...this.#records.values()]
      .filter(record => record.indexed && inScope(scopeOf(record), scope))
      .toSorted(comparatorOf({ by: 'createdAt', direction: 'asc' }))
    for await (const page of this.#pages(found, pageSize)) {
      const texts = page.flatMap(record => textEntryOf(record) ?? [])
      if (texts.length > 0) yield texts
    }
  }

  async history(keys: readonly Key[]): Promise<HistoryEntry[][]> {
    this.#beginRead(keys)
    return keys.map(key => this.#history.of(key))
  }

  async changes(request: { readonly after: number; readonly limit: number }): Promise<LogPage> {
    this.#statements++
    const page = readMapLog(this.#log, this.#records, request, indexEntryOf)
    return { ...page, upserts: page.upserts.map(entry => ({ ...entry, vector: entry.vector.slice() })) }
  }

  async textChanges(request: { readonly after: number; readonly limit: number }): Promise<TextPage> {
    this.#statements++
    return readMapLog(this.#log, this.#records, request, textEntryOf)
  }

  async head(): Promise<number> {
    this.#statements++
    return this.#log.head
  }

  async readMeta(keys: readonly string[]): Promise<(string | undefined)[]> {
    this.#beginRead(keys)
    return keys.map(key => this.#meta.get(key))
  }

  async writeMeta(entries: readonly s.MetaEntry[]): Promise<boolean> {
    this.#beginWrite(entries)
    return writeEntries(this.#meta, entries)
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

  async stats(): Promise<s.StoreStats> {
    return { memories: this.#records.size, head: this.#log.head }
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** What is there of these records when each page is read. */
  async *#pages(found: readonly StoredRecord[], pageSize: number): AsyncGenerator<StoredRecord[]> {
    for (let start = 0; start < found.length; start += pageSize) {
      this.#statements++
      yield found.slice(start, start + pageSize).flatMap(({ id }) => this.#records.byId(id) ?? [])
    }
  }

  #beginRead(batch: readonly unknown[]): void {
    if (batch.length > 0) this.#statements++
  }

  /** Returns the last position of the log. */
  #beginWrite(batch: readonly unknown[]): number {
    this.#beginRead(batch)
    if (batch.length > 0) this.#transactions++
    return this.#log.head
  }

  #refuseOtherModel({ embedder }: s.VectorWriteOptions): void {
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

  #add(record: StoredRecord, options: s.PutOptions): void {
    this.#records.add(copyOf(record))
    const { content: newValue, createdAt } = record
    const past = options.history?.get(record.id)
    if (!past) return this.#remember({ event: 'ADD', record, newValue, createdAt }, options)
    this.#history.restore(record, past)
    this.#log.add(record.id)
  }

  /** Returns the new version. */
  #replace(before: StoredRecord, record: StoredRecord, options: s.WriteOptions): number {
    const after = copyOf(replacedRecord(before, record, options))
    this.#records.replace(before, after)
    this.#rememberUpdate(before, after, options)
    return after.version
  }

  #rememberUpdate(before: StoredRecord, record: StoredRecord, options: s.WriteOptions): void {
    const [previousValue, newValue, createdAt] = [before.content, record.content, record.updatedAt]
    this.#remember({ event: 'UPDATE', record, previousValue, newValue, createdAt }, options)
  }

  #delete(record: StoredRecord, options: s.WriteOptions): void {
    this.#records.delete(record)
    const entry = { event: 'DELETE', previousValue: record.content, createdAt: Date.now() } as const
    this.#remember({ ...entry, record }, options)
  }

  /** Adds one change to the history and to the log. */
  #remember(change: Change, { actor }: s.WriteOptions): void {
    this.#history.add(change, actor)
    this.#log.add(change.record.id)
  }
}
