import {
  checkAdoptOptions,
  checkCallOptions,
  checkDeleteOptions,
  checkIdentity,
  checkPageSize,
  checkPutOptions,
  checkQuery,
  checkRequest,
  checkReuse,
  checkScopesRequest,
  checkStaged,
  checkVectorWriteOptions,
} from '../checks/check-options.ts'
import { checkChange, checkPatches, checkPendingQuery, checkPuts } from '../checks/check-change.ts'
import { checkFullQuery } from '../checks/check-full-query.ts'
import { checkKey } from '../checks/check-record.ts'
import {
  checkArray,
  checkKeys,
  checkPlainObject,
  checkScope,
  checkText,
  checkTime,
  checkVector,
  maxContentLength,
} from '../checks/check-values.ts'
import type { ChangePage } from '../contracts/change-page.ts'
import type { LogHead } from '../contracts/log-head.ts'
import type { DatabaseCheck } from '../contracts/database-check.ts'
import type { CallOptions, LogPage, LogRequest } from '../contracts/log.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import type { CommitReceipt, PendingPage, PendingQuery, StoreChange } from '../contracts/store-commit.ts'
import type { TextEntry, TextPage } from '../contracts/text-index.ts'
import { onlyMemoryErrors } from './only-memory-errors.ts'
import { StoreDoor } from './store-door.ts'
import type * as s from '../contracts/store.ts'
import type * as w from '../contracts/store-writes.ts'

/** The door behind each guard. */
const doors = new WeakMap<s.Store, StoreDoor>()

/**
 * The same Store behind checks: arguments, lifecycle, aligned answers, one kind of error. Adapters return
 * it from their `open...()` functions and so need no checks of their own. Guarding twice changes nothing.
 */
export function guardStore(store: s.Store): s.Store {
  if (doors.has(store)) return store
  const door = new StoreDoor(store)
  const guard = new GuardedStore(door)
  doors.set(guard, door)
  return guard
}

/**
 * The Store behind a guard without the checks of values, for callers that have made them: a Memory checks what it is
 * given, once. Lifecycle and answers are those of the guard: when one is closed, so is the other.
 */
export function trustedStore(store: s.Store): s.Store {
  return doors.get(guardStore(store)) ?? new StoreDoor(store)
}

class GuardedStore implements s.Store {
  readonly #door: StoreDoor

  constructor(door: StoreDoor) {
    this.#door = door
  }

  get name(): string {
    return this.#door.name
  }
  get supports(): s.StoreSupports {
    return this.#door.supports
  }
  get counters(): s.StoreCounters {
    return this.#door.counters
  }

  async put(records: readonly StoredRecord[], options: w.PutOptions = {}): Promise<w.PutReceipt> {
    checkPutOptions(options)
    checkPuts(records, 'records')
    this.#checkVectors(
      records.map(record => record.vector),
      'record.vector',
    )
    return this.#door.put(records, options)
  }

  async patch(patches: readonly w.Patch[], options: w.VectorWriteOptions = {}): Promise<w.ChangeReceipt> {
    checkVectorWriteOptions(options)
    checkPatches(patches, 'patches')
    this.#checkVectors(
      patches.map(patch => patch.vector ?? null),
      'patch.vector',
    )
    return this.#door.patch(patches, options)
  }

  async delete(keys: readonly Key[], options: w.DeleteOptions = {}): Promise<w.ChangeReceipt> {
    checkDeleteOptions(options)
    checkArray(keys, 'keys').forEach(checkKey)
    return this.#door.delete(keys, options)
  }

  async deleteAll(scope: Scope, options: w.DeleteAllOptions = {}): Promise<number> {
    checkScope(scope)
    checkDeleteOptions(options, ['where'])
    return this.#door.deleteAll(scope, options)
  }

  async commit(change: StoreChange, options: w.VectorWriteOptions = {}): Promise<CommitReceipt> {
    checkVectorWriteOptions(options)
    checkChange(change)
    const { puts = [], patches = [] } = change
    this.#checkVectors(
      [...puts.map(({ vector }) => vector), ...patches.map(({ vector = null }) => vector)],
      'change.vector',
    )
    return this.#door.commit(change, options)
  }

  async pending(query: PendingQuery, options: CallOptions = {}): Promise<PendingPage> {
    checkCallOptions(options)
    checkPendingQuery(query)
    return this.#door.pending(query, options)
  }

  async touch(keys: readonly Key[], at: number, options: CallOptions = {}): Promise<void> {
    checkKeysAndOptions(keys, options)
    checkTime(at, 'at')
    return this.#door.touch(keys, at, options)
  }

  async get(keys: readonly Key[], options: CallOptions = {}): Promise<(MemoryRecord | undefined)[]> {
    checkKeysAndOptions(keys, options)
    return this.#door.get(keys, options)
  }

  async vectors(keys: readonly Key[], options: CallOptions = {}): Promise<(Float32Array | undefined)[]> {
    checkKeysAndOptions(keys, options)
    return this.#door.vectors(keys, options)
  }

  async vectorsByHash(
    hashes: readonly string[],
    options: s.ReuseOptions,
  ): Promise<(Float32Array | undefined)[]> {
    checkReuse(hashes, options)
    return this.#door.vectorsByHash(hashes, options)
  }

  async history(keys: readonly Key[], options: CallOptions = {}): Promise<HistoryEntry[][]> {
    checkKeysAndOptions(keys, options)
    return this.#door.history(keys, options)
  }

  async *query(query: s.Query, options: CallOptions = {}): AsyncGenerator<MemoryRecord[]> {
    checkCallOptions(options)
    checkFullQuery(query)
    yield* this.#door.query(query, options)
  }

  async count(request: s.CountRequest, options: CallOptions = {}): Promise<number> {
    checkCallOptions(options)
    checkQuery(request)
    return this.#door.count(request, options)
  }

  async scopes(request: s.ScopesRequest, options: CallOptions = {}): Promise<s.ScopeValue[]> {
    checkCallOptions(options)
    checkScopesRequest(request)
    return this.#door.scopes(request, options)
  }

  async *texts(query: s.TextsQuery, options: CallOptions = {}): AsyncGenerator<TextEntry[]> {
    checkCallOptions(options)
    checkPlainObject(query, 'query')
    checkKeys(query, ['scope', 'pageSize'], 'query')
    checkScope(query.scope)
    if (query.pageSize !== undefined) checkPageSize(query.pageSize, 'query.pageSize')
    yield* this.#door.texts(query, options)
  }

  async changes(request: LogRequest, options: CallOptions = {}): Promise<LogPage> {
    checkCallOptions(options)
    checkRequest(request)
    return this.#door.changes(request, options)
  }

  async textChanges(request: LogRequest, options: CallOptions = {}): Promise<TextPage> {
    checkCallOptions(options)
    checkRequest(request)
    return this.#door.textChanges(request, options)
  }

  async scopedChanges(request: LogRequest, options: CallOptions = {}): Promise<ChangePage> {
    checkCallOptions(options)
    checkRequest(request)
    return this.#door.scopedChanges(request, options)
  }

  async head(options: CallOptions = {}): Promise<LogHead> {
    checkCallOptions(options)
    return this.#door.head(options)
  }

  async readMeta(keys: readonly string[], options: CallOptions = {}): Promise<(string | undefined)[]> {
    checkCallOptions(options)
    checkArray(keys, 'keys').forEach(key => checkText(key, 'meta key'))
    return this.#door.readMeta(keys, options)
  }

  async writeMeta(entries: readonly s.MetaEntry[], options: CallOptions = {}): Promise<boolean> {
    checkCallOptions(options)
    for (const entry of checkArray(entries, 'entries')) {
      checkPlainObject(entry, 'entry')
      checkKeys(entry, ['key', 'value', 'expect'], 'entry')
      checkText(entry.key, 'meta key')
      if (entry.value !== null) checkText(entry.value, `meta ${entry.key}`, maxContentLength)
      if (entry.expect) checkText(entry.expect, `expected meta ${entry.key}`, maxContentLength)
    }
    return this.#door.writeMeta(entries, options)
  }

  async startStaging(embedder: string, options: CallOptions = {}): Promise<StagingState> {
    checkIdentity(embedder)
    checkCallOptions(options)
    return this.#door.startStaging(embedder, options)
  }

  async unstaged(request: LogRequest, options: CallOptions = {}): Promise<UnstagedPage> {
    checkCallOptions(options)
    checkRequest(request)
    return this.#door.unstaged(request, options)
  }

  async stagedVectors(
    embedder: string,
    hashes: readonly string[],
    options: CallOptions = {},
  ): Promise<(Float32Array | undefined)[]> {
    checkReuse(hashes, { ...options, embedder })
    return this.#door.stagedVectors(embedder, hashes, options)
  }

  async stage(embedder: string, vectors: readonly StagedVector[], options: CallOptions = {}): Promise<void> {
    checkIdentity(embedder)
    checkCallOptions(options)
    checkStaged(vectors)
    return this.#door.stage(embedder, vectors, options)
  }

  async adoptStaged(embedder: string, options: AdoptOptions = {}): Promise<Adopted | undefined> {
    checkIdentity(embedder)
    checkAdoptOptions(options)
    return this.#door.adoptStaged(embedder, options)
  }

  stats(): Promise<s.StoreStats> {
    return this.#door.stats()
  }

  async checkDatabase(options: CallOptions = {}): Promise<DatabaseCheck> {
    checkCallOptions(options)
    return this.#door.checkDatabase(options)
  }

  close(): Promise<void> {
    return this.#door.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Null is no vector, and nothing is asked of it. */
  #checkVectors(vectors: readonly (Float32Array | null)[], name: string): void {
    const made = vectors.filter(vector => vector !== null)
    const dimensions = this.#door.dimensions ?? made[0]?.length ?? 0
    for (const vector of made) checkVector(vector, dimensions, name)
  }
}

onlyMemoryErrors(GuardedStore.prototype, 'Store')

function checkKeysAndOptions(keys: readonly Key[], options: CallOptions): void {
  checkCallOptions(options)
  checkArray(keys, 'keys').forEach(checkKey)
}
