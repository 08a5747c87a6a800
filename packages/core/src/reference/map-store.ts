import { randomUUID } from 'node:crypto'

import { indexEntryOf, textEntryOf } from '../contracts/log-entries.ts'
import type { ChangePage } from '../contracts/change-page.ts'
import type { DatabaseCheck } from '../contracts/database-check.ts'
import type { LogHead } from '../contracts/log-head.ts'
import type { LogPage, LogRequest } from '../contracts/log.ts'
import { embedderKey, modelMismatch } from '../contracts/model-identity.ts'
import { inScope, isSearched, scopeOf } from '../contracts/record.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import type { CommitReceipt, PendingPage, PendingQuery, StoreChange } from '../contracts/store-commit.ts'
import type * as s from '../contracts/store.ts'
import type * as w from '../contracts/store-writes.ts'
import type { TextEntry, TextPage } from '../contracts/text-index.ts'
import { writeEntries } from './map-meta.ts'
import { matcherOf, scopeValues, selectRecords } from './map-queries.ts'
import { comparatorOf, withoutVector } from './map-records.ts'
import { MapStaging } from './map-staging.ts'
import { MapWrites } from './map-writes.ts'
import { readMapLog } from './read-map-log.ts'

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
  readonly #writes = new MapWrites()
  readonly #records = this.#writes.records
  readonly #log = this.#writes.log
  readonly #meta = new Map<string, string>()
  readonly #lineage = randomUUID()
  readonly #staging = new MapStaging(this.#records, this.#meta, this.#log)
  #statements = 0
  #transactions = 0

  /** Counts one statement a call, as if a backend took the whole batch at once. */
  get counters(): s.StoreCounters {
    return { statements: this.#statements, transactions: this.#transactions, roundTrips: this.#statements }
  }

  async put(records: readonly StoredRecord[], options: w.PutOptions = {}): Promise<w.PutReceipt> {
    this.#beginWrite(records, options)
    return this.#writes.put(records, options)
  }

  async patch(patches: readonly w.Patch[], options: w.VectorWriteOptions = {}): Promise<w.ChangeReceipt> {
    this.#beginWrite(patches, options)
    return this.#writes.patch(patches, options)
  }

  async delete(keys: readonly Key[], options: w.DeleteOptions = {}): Promise<w.ChangeReceipt> {
    this.#beginWrite(keys)
    return this.#writes.delete(keys, options)
  }

  async deleteAll(scope: Scope, options: w.DeleteAllOptions = {}): Promise<number> {
    this.#beginWrite([scope])
    return this.#writes.deleteAll(scope, options)
  }

  async commit(change: StoreChange, options: w.VectorWriteOptions = {}): Promise<CommitReceipt> {
    this.#beginWrite([change], options)
    return this.#writes.commit(change, options)
  }

  async pending(query: PendingQuery): Promise<PendingPage> {
    this.#statements++
    return this.#writes.inbox.read(query)
  }

  async touch(keys: readonly Key[], at: number): Promise<void> {
    this.#beginWrite(keys)
    this.#writes.touch(keys, at)
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
      .filter(record => isSearched(record) && inScope(scopeOf(record), scope))
      .toSorted(comparatorOf({ by: 'createdAt', direction: 'asc' }))
    for await (const page of this.#pages(found, pageSize)) {
      const texts = page.flatMap(record => textEntryOf(record) ?? [])
      if (texts.length > 0) yield texts
    }
  }

  async history(keys: readonly Key[]): Promise<HistoryEntry[][]> {
    this.#beginRead(keys)
    return keys.map(key => this.#writes.history.of(key))
  }

  async changes(request: LogRequest): Promise<LogPage> {
    this.#statements++
    const page = readMapLog(this.#log, this.#records, request, indexEntryOf)
    return { ...page, upserts: page.upserts.map(entry => ({ ...entry, vector: entry.vector.slice() })) }
  }

  async textChanges(request: LogRequest): Promise<TextPage> {
    this.#statements++
    return readMapLog(this.#log, this.#records, request, textEntryOf)
  }

  async scopedChanges(request: LogRequest): Promise<ChangePage> {
    this.#statements++
    return this.#writes.changes(request)
  }

  async head(): Promise<LogHead> {
    this.#statements++
    return { position: this.#log.head, lineage: this.#lineage }
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

  async unstaged(request: LogRequest): Promise<UnstagedPage> {
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
    return { memories: this.#records.size, head: this.#log.head, ...this.#writes.inbox.counts }
  }

  async checkDatabase(): Promise<DatabaseCheck> {
    const advice = 'MapStore keeps its data in memory, and has no database that could check itself.'
    return { by: undefined, problems: [], advice }
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

  #beginWrite(batch: readonly unknown[], { embedder }: w.VectorWriteOptions = {}): void {
    const stored = this.#meta.get(embedderKey)
    if (embedder !== undefined && stored !== embedder) throw modelMismatch(this.name, stored, embedder)
    this.#beginRead(batch)
    if (batch.length > 0) this.#transactions++
  }
}
