import type { ChangePage } from '../contracts/change-page.ts'
import type { LogHead } from '../contracts/log-head.ts'
import type { DatabaseCheck } from '../contracts/database-check.ts'
import type { CallOptions, LogPage, LogRequest } from '../contracts/log.ts'
import { throwIfAborted } from '../contracts/errors.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import type { CommitReceipt, PendingPage, PendingQuery, StoreChange } from '../contracts/store-commit.ts'
import type { TextEntry, TextPage } from '../contracts/text-index.ts'
import type * as s from '../contracts/store.ts'
import type * as w from '../contracts/store-writes.ts'
import type { StoreSignal } from '../signals/signals.ts'
import { listed, trace } from '../signals/trace.ts'
import { Lifecycle } from './lifecycle.ts'

/**
 * The one way to a Store: it refuses calls once the Store is closed, turns what a driver throws into a MemoryError,
 * holds the answers to the questions, and answers an empty batch itself. It looks at no value: `guardStore` does so
 * for callers outside, and a Memory has checked its own.
 */
export class StoreDoor implements s.Store {
  readonly #store: s.Store
  readonly #life: Lifecycle
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

  /** The length of the vectors written so far: those of one Store are all alike. */
  get dimensions(): number | undefined {
    return this.#dimensions
  }

  async put(records: readonly StoredRecord[], options: w.PutOptions = {}): Promise<w.PutReceipt> {
    if (records.length === 0) return this.#nothing({ duplicates: new Map<string, string>() }, options)
    const adoptions = this.#adoptions
    const receipt = await this.#run('put', records.length, options, () => this.#store.put(records, options))
    if (adoptions === this.#adoptions) this.#dimensions ??= dimensionsOf(records)
    return receipt
  }

  async patch(patches: readonly w.Patch[], options: w.VectorWriteOptions = {}): Promise<w.ChangeReceipt> {
    if (patches.length === 0) return this.#nothing({ missing: [] }, options)
    return this.#run('patch', patches.length, options, () => this.#store.patch(patches, options))
  }

  async delete(keys: readonly Key[], options: w.DeleteOptions = {}): Promise<w.ChangeReceipt> {
    if (keys.length === 0) return this.#nothing({ missing: [] }, options)
    return this.#run('delete', keys.length, options, () => this.#store.delete(keys, options))
  }

  deleteAll(scope: Scope, options: w.DeleteAllOptions = {}): Promise<number> {
    return this.#run('deleteAll', undefined, options, () => this.#store.deleteAll(scope, options))
  }

  async commit(change: StoreChange, options: w.VectorWriteOptions = {}): Promise<CommitReceipt> {
    const parts: readonly (readonly unknown[] | undefined)[] = Object.values(change)
    const items = parts.reduce((sum, part = []) => sum + part.length, 0)
    if (items === 0) return this.#nothing({ duplicates: new Map<string, string>(), missing: [] }, options)
    const adoptions = this.#adoptions
    const receipt = await this.#run('commit', items, options, () => this.#store.commit(change, options))
    if (adoptions === this.#adoptions) this.#dimensions ??= dimensionsOf(change.puts ?? [])
    return receipt
  }

  pending(query: PendingQuery, options: CallOptions = {}): Promise<PendingPage> {
    return this.#run('pending', undefined, options, () => this.#store.pending(query, options))
  }

  async touch(keys: readonly Key[], at: number, options: CallOptions = {}): Promise<void> {
    if (keys.length === 0) return this.#nothing(undefined, options)
    return this.#run('touch', keys.length, options, () => this.#store.touch(keys, at, options))
  }

  get(keys: readonly Key[], options: CallOptions = {}): Promise<(MemoryRecord | undefined)[]> {
    return this.#aligned('get', keys, options, () => this.#store.get(keys, options))
  }

  vectors(keys: readonly Key[], options: CallOptions = {}): Promise<(Float32Array | undefined)[]> {
    return this.#aligned('vectors', keys, options, () => this.#store.vectors(keys, options))
  }

  vectorsByHash(hashes: readonly string[], options: s.ReuseOptions): Promise<(Float32Array | undefined)[]> {
    return this.#aligned('vectorsByHash', hashes, options, () => this.#store.vectorsByHash(hashes, options))
  }

  history(keys: readonly Key[], options: CallOptions = {}): Promise<HistoryEntry[][]> {
    return this.#aligned('history', keys, options, () => this.#store.history(keys, options))
  }

  query(query: s.Query, options: CallOptions = {}): AsyncGenerator<MemoryRecord[]> {
    return this.#pages('query', options, () => this.#store.query(query, options))
  }

  count(request: s.CountRequest, options: CallOptions = {}): Promise<number> {
    return this.#run('count', undefined, options, () => this.#store.count(request, options))
  }

  scopes(request: s.ScopesRequest, options: CallOptions = {}): Promise<s.ScopeValue[]> {
    return this.#run('scopes', undefined, options, () => this.#store.scopes(request, options))
  }

  texts(query: s.TextsQuery, options: CallOptions = {}): AsyncGenerator<TextEntry[]> {
    return this.#pages('texts', options, () => this.#store.texts(query, options))
  }

  changes(request: LogRequest, options: CallOptions = {}): Promise<LogPage> {
    return this.#run('changes', undefined, options, () => this.#store.changes(request, options))
  }

  textChanges(request: LogRequest, options: CallOptions = {}): Promise<TextPage> {
    return this.#run('textChanges', undefined, options, () => this.#store.textChanges(request, options))
  }

  scopedChanges(request: LogRequest, options: CallOptions = {}): Promise<ChangePage> {
    return this.#run('scopedChanges', undefined, options, () => this.#store.scopedChanges(request, options))
  }

  head(options: CallOptions = {}): Promise<LogHead> {
    return this.#run('head', undefined, options, () => this.#store.head(options))
  }

  async readMeta(keys: readonly string[], options: CallOptions = {}): Promise<(string | undefined)[]> {
    if (keys.length === 0) return this.#nothing([], options)
    return this.#run('readMeta', keys.length, options, () => this.#store.readMeta(keys, options))
  }

  async writeMeta(entries: readonly s.MetaEntry[], options: CallOptions = {}): Promise<boolean> {
    if (entries.length === 0) return this.#nothing(true, options)
    return this.#run('writeMeta', entries.length, options, () => this.#store.writeMeta(entries, options))
  }

  startStaging(embedder: string, options: CallOptions = {}): Promise<StagingState> {
    return this.#run('startStaging', undefined, options, () => this.#store.startStaging(embedder, options))
  }

  unstaged(request: LogRequest, options: CallOptions = {}): Promise<UnstagedPage> {
    return this.#run('unstaged', undefined, options, () => this.#store.unstaged(request, options))
  }

  stagedVectors(
    embedder: string,
    hashes: readonly string[],
    options: CallOptions = {},
  ): Promise<(Float32Array | undefined)[]> {
    const work = (): Promise<(Float32Array | undefined)[]> =>
      this.#store.stagedVectors(embedder, hashes, options)
    return this.#aligned('stagedVectors', hashes, options, work)
  }

  async stage(embedder: string, vectors: readonly StagedVector[], options: CallOptions = {}): Promise<void> {
    if (vectors.length === 0) return this.#nothing(undefined, options)
    return this.#run('stage', vectors.length, options, () => this.#store.stage(embedder, vectors, options))
  }

  async adoptStaged(embedder: string, options: AdoptOptions = {}): Promise<Adopted | undefined> {
    const work = (): Promise<Adopted | undefined> => this.#store.adoptStaged(embedder, options)
    const adopted = await this.#run('adoptStaged', undefined, options, work)
    if (adopted) {
      this.#adoptions++
      this.#dimensions = undefined
    }
    return adopted
  }

  stats(): Promise<s.StoreStats> {
    return this.#run('stats', undefined, {}, () => this.#store.stats())
  }

  checkDatabase(options: CallOptions = {}): Promise<DatabaseCheck> {
    return this.#run('checkDatabase', undefined, options, () => this.#store.checkDatabase(options))
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#store.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** One call, told of its items; undefined where it is given no list. */
  #run<T>(
    doing: string,
    items: number | undefined,
    { signal }: CallOptions,
    work: () => Promise<T>,
  ): Promise<T> {
    const message = (): StoreSignal => ({
      store: this.name,
      call: doing,
      ...(items !== undefined && { items }),
    })
    return trace('store', message, () => this.#life.run(doing, work, signal), listed)
  }

  async *#pages<T>(
    doing: string,
    { signal }: CallOptions,
    read: () => AsyncIterable<T[]>,
  ): AsyncGenerator<T[]> {
    this.#life.check(doing)
    throwIfAborted(signal)
    const pages = read()[Symbol.asyncIterator]()
    const message = (): StoreSignal => ({ store: this.name, call: doing })
    const found = (page: IteratorResult<T[]>): { results: number } => ({
      results: page.done ? 0 : page.value.length,
    })
    let isReading = false
    try {
      for (;;) {
        isReading = true
        const page = await trace(
          'store',
          message,
          () => this.#life.run(doing, () => pages.next(), signal),
          found,
        )
        isReading = false
        if (page.done) return
        yield page.value
      }
    } finally {
      const end = pages.return?.()
      // Behind a page that was given up, it comes when that does.
      if (isReading) end?.catch(() => undefined)
      else await end
    }
  }

  async #aligned<T>(
    doing: string,
    keys: readonly unknown[],
    options: CallOptions,
    work: () => Promise<T[]>,
  ): Promise<T[]> {
    if (keys.length === 0) return this.#nothing([], options)
    const checked = async (): Promise<T[]> => {
      const answers = await work()
      if (answers.length === keys.length) return answers
      throw new Error(`${answers.length} answers came back for ${keys.length} keys`)
    }
    return this.#run(doing, keys.length, options, checked)
  }

  /** The answer to an empty batch: no I/O, but the same refusals. */
  #nothing<T>(answer: T, options: CallOptions): Promise<T> {
    return this.#life.run('an empty batch', () => Promise.resolve(answer), options.signal)
  }
}

/** The length of the first vector; undefined when no record has one. */
function dimensionsOf(records: readonly StoredRecord[]): number | undefined {
  return records.find(({ vector }) => vector !== null)?.vector?.length
}
