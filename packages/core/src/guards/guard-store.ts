import {
  checkAdoptOptions,
  checkCallOptions,
  checkIdentity,
  checkOrder,
  checkRequest,
  checkReuse,
  checkStaged,
  checkVectorWriteOptions,
  checkWriteOptions,
} from '../checks/check-options.ts'
import { checkKey, checkPatch, checkRecord } from '../checks/check-record.ts'
import {
  checkArray,
  checkId,
  checkInteger,
  checkKeys,
  checkPlainObject,
  checkScope,
  checkText,
  checkTime,
  checkVector,
  invalid,
  maxContentLength,
} from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import { throwIfAborted } from '../contracts/errors.ts'
import type { CallOptions, LogPage } from '../contracts/log.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import { Lifecycle } from './lifecycle.ts'
import type * as s from '../contracts/store.ts'

const guarded = new WeakSet<s.Store>()

/**
 * The same Store behind checks: arguments, lifecycle, aligned answers, one kind of error. Adapters return
 * it from their `open...()` functions and so need no checks of their own. Guarding twice changes nothing.
 */
export function guardStore(store: s.Store): s.Store {
  if (guarded.has(store)) return store
  const guard = new GuardedStore(store)
  guarded.add(guard)
  return guard
}

class GuardedStore implements s.Store {
  readonly #store: s.Store
  readonly #life: Lifecycle
  /** The length of the vectors written so far: those of one Store are all alike. */
  #dimensions: number | undefined
  /** How often vectors of another model have taken their places. */
  #adoptions = 0

  constructor(store: s.Store) {
    this.#store = store
    this.#life = new Lifecycle(`The ${store.name} store`)
  }

  get name(): string {
    return this.#store.name
  }
  get supports(): s.StoreSupports {
    return this.#store.supports
  }
  get counters(): s.StoreCounters {
    return this.#store.counters
  }

  async put(records: readonly StoredRecord[], options: s.VectorWriteOptions = {}): Promise<s.PutReceipt> {
    checkVectorWriteOptions(options)
    const ids = new Set<string>()
    for (const record of checkArray(records, 'records')) {
      checkRecord(record)
      const { size } = ids
      if (ids.add(record.id).size === size)
        throw invalid(`records has the id ${show(record.id)} twice; ids are unique in a Store.`)
    }
    const dimensions = this.#checkVectors(
      records.map(record => record.vector),
      'record.vector',
    )
    if (records.length === 0) return this.#nothing({ duplicates: new Map<string, string>() }, options)
    const adoptions = this.#adoptions
    const receipt = await this.#life.run('put', () => this.#store.put(records, options), options.signal)
    if (adoptions === this.#adoptions) this.#dimensions ??= dimensions
    return receipt
  }

  async patch(patches: readonly s.Patch[], options: s.VectorWriteOptions = {}): Promise<s.ChangeReceipt> {
    checkVectorWriteOptions(options)
    const ids = new Set<string>()
    for (const patch of checkArray(patches, 'patches')) {
      checkPatch(patch)
      if (ids.has(patch.key.id))
        throw invalid(`patches has the id ${show(patch.key.id)} twice; merge the two.`)
      ids.add(patch.key.id)
    }
    this.#checkVectors(
      patches.map(patch => patch.vector).filter(vector => vector !== undefined),
      'patch.vector',
    )
    if (patches.length === 0) return this.#nothing({ missing: [] }, options)
    return this.#life.run('patch', () => this.#store.patch(patches, options), options.signal)
  }

  async delete(keys: readonly Key[], options: s.WriteOptions = {}): Promise<s.ChangeReceipt> {
    checkWriteOptions(options)
    checkArray(keys, 'keys').forEach(checkKey)
    if (keys.length === 0) return this.#nothing({ missing: [] }, options)
    return this.#life.run('delete', () => this.#store.delete(keys, options), options.signal)
  }

  async deleteAll(scope: Scope, options: s.DeleteAllOptions = {}): Promise<number> {
    checkScope(scope)
    checkWriteOptions(options, ['signal', 'actor', 'purgeHistory'])
    return this.#life.run('deleteAll', () => this.#store.deleteAll(scope, options), options.signal)
  }

  get(keys: readonly Key[], options: CallOptions = {}): Promise<(MemoryRecord | undefined)[]> {
    return this.#read('get', keys, options, () => this.#store.get(keys, options))
  }

  vectors(keys: readonly Key[], options: CallOptions = {}): Promise<(Float32Array | undefined)[]> {
    return this.#read('vectors', keys, options, () => this.#store.vectors(keys, options))
  }

  async vectorsByHash(
    hashes: readonly string[],
    options: s.ReuseOptions,
  ): Promise<(Float32Array | undefined)[]> {
    checkReuse(hashes, options)
    if (hashes.length === 0) return this.#nothing([], options)
    return this.#aligned('vectorsByHash', hashes, options, () => this.#store.vectorsByHash(hashes, options))
  }

  history(keys: readonly Key[], options: CallOptions = {}): Promise<HistoryEntry[][]> {
    return this.#read('history', keys, options, () => this.#store.history(keys, options))
  }

  async *query(query: s.Query, options: CallOptions = {}): AsyncGenerator<MemoryRecord[]> {
    checkCallOptions(options)
    checkPlainObject(query, 'query')
    checkKeys(query, ['scope', 'where', 'order', 'after', 'pageSize'], 'query')
    checkScope(query.scope)
    if (query.pageSize !== undefined) checkInteger(query.pageSize, 'query.pageSize', 1, 10_000)
    if (query.order !== undefined) checkOrder(query.order)
    if (query.after !== undefined) {
      checkId(query.after.id, 'query.after.id')
      checkTime(query.after.time, 'query.after.time')
    }
    this.#life.check('query')
    throwIfAborted(options.signal)
    const pages = this.#store.query(query, options)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const page = await this.#life.run('query', () => pages.next(), options.signal)
        if (page.done) return
        yield page.value
      }
    } finally {
      await pages.return?.()
    }
  }

  async changes(
    request: { readonly after: number; readonly limit: number },
    options: CallOptions = {},
  ): Promise<LogPage> {
    checkCallOptions(options)
    checkRequest(request)
    return this.#life.run('changes', () => this.#store.changes(request, options), options.signal)
  }

  async head(options: CallOptions = {}): Promise<number> {
    checkCallOptions(options)
    return this.#life.run('head', () => this.#store.head(options), options.signal)
  }

  async readMeta(keys: readonly string[], options: CallOptions = {}): Promise<(string | undefined)[]> {
    checkCallOptions(options)
    checkArray(keys, 'keys').forEach(key => checkText(key, 'meta key'))
    if (keys.length === 0) return this.#nothing([], options)
    return this.#life.run('readMeta', () => this.#store.readMeta(keys, options), options.signal)
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
    if (entries.length === 0) return this.#nothing(true, options)
    return this.#life.run('writeMeta', () => this.#store.writeMeta(entries, options), options.signal)
  }

  async startStaging(embedder: string, options: CallOptions = {}): Promise<StagingState> {
    checkIdentity(embedder)
    checkCallOptions(options)
    const work = (): Promise<StagingState> => this.#store.startStaging(embedder, options)
    return this.#life.run('startStaging', work, options.signal)
  }

  async unstaged(
    request: { readonly after: number; readonly limit: number },
    options: CallOptions = {},
  ): Promise<UnstagedPage> {
    checkCallOptions(options)
    checkRequest(request)
    return this.#life.run('unstaged', () => this.#store.unstaged(request, options), options.signal)
  }

  async stagedVectors(
    embedder: string,
    hashes: readonly string[],
    options: CallOptions = {},
  ): Promise<(Float32Array | undefined)[]> {
    checkReuse(hashes, { ...options, embedder })
    if (hashes.length === 0) return this.#nothing([], options)
    const work = (): Promise<(Float32Array | undefined)[]> =>
      this.#store.stagedVectors(embedder, hashes, options)
    return this.#aligned('stagedVectors', hashes, options, work)
  }

  async stage(embedder: string, vectors: readonly StagedVector[], options: CallOptions = {}): Promise<void> {
    checkIdentity(embedder)
    checkCallOptions(options)
    checkStaged(vectors)
    if (vectors.length === 0) return this.#nothing(undefined, options)
    return this.#life.run('stage', () => this.#store.stage(embedder, vectors, options), options.signal)
  }

  async adoptStaged(embedder: string, options: AdoptOptions = {}): Promise<Adopted | undefined> {
    checkIdentity(embedder)
    checkAdoptOptions(options)
    const work = (): Promise<Adopted | undefined> => this.#store.adoptStaged(embedder, options)
    const adopted = await this.#life.run('adoptStaged', work, options.signal)
    if (adopted) {
      this.#adoptions++
      this.#dimensions = undefined
    }
    return adopted
  }

  async stats(): Promise<s.StoreStats> {
    return this.#life.run('stats', () => this.#store.stats())
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#store.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #read<T>(
    doing: string,
    keys: readonly Key[],
    options: CallOptions,
    work: () => Promise<T[]>,
  ): Promise<T[]> {
    checkCallOptions(options)
    checkArray(keys, 'keys').forEach(checkKey)
    if (keys.length === 0) return this.#nothing([], options)
    return this.#aligned(doing, keys, options, work)
  }

  #aligned<T>(
    doing: string,
    keys: readonly unknown[],
    { signal }: CallOptions,
    work: () => Promise<T[]>,
  ): Promise<T[]> {
    const checked = async (): Promise<T[]> => {
      const answers = await work()
      if (answers.length === keys.length) return answers
      throw new Error(`${answers.length} answers came back for ${keys.length} keys`)
    }
    return this.#life.run(doing, checked, signal)
  }

  /** The answer to an empty batch: no I/O, but the same refusals. */
  #nothing<T>(answer: T, options: CallOptions): Promise<T> {
    return this.#life.run('an empty batch', () => Promise.resolve(answer), options.signal)
  }

  /** Returns the length that the vectors have: the one of those before them, or else their first one's. */
  #checkVectors(vectors: readonly Float32Array[], name: string): number | undefined {
    const dimensions = this.#dimensions ?? vectors[0]?.length
    for (const vector of vectors) checkVector(vector, dimensions ?? 0, name)
    return dimensions
  }
}
