import type { CallOptions, LogPage } from '../contracts/log.ts'
import { throwIfAborted } from '../contracts/errors.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import type { TextEntry, TextPage } from '../contracts/text-index.ts'
import type * as s from '../contracts/store.ts'
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

  async put(records: readonly StoredRecord[], options: s.PutOptions = {}): Promise<s.PutReceipt> {
    if (records.length === 0) return this.#nothing({ duplicates: new Map<string, string>() }, options)
    const adoptions = this.#adoptions
    const receipt = await this.#life.run('put', () => this.#store.put(records, options), options.signal)
    if (adoptions === this.#adoptions) this.#dimensions ??= dimensionsOf(records)
    return receipt
  }

  async patch(patches: readonly s.Patch[], options: s.VectorWriteOptions = {}): Promise<s.ChangeReceipt> {
    if (patches.length === 0) return this.#nothing({ missing: [] }, options)
    return this.#life.run('patch', () => this.#store.patch(patches, options), options.signal)
  }

  async delete(keys: readonly Key[], options: s.DeleteOptions = {}): Promise<s.ChangeReceipt> {
    if (keys.length === 0) return this.#nothing({ missing: [] }, options)
    return this.#life.run('delete', () => this.#store.delete(keys, options), options.signal)
  }

  deleteAll(scope: Scope, options: s.DeleteAllOptions = {}): Promise<number> {
    return this.#life.run('deleteAll', () => this.#store.deleteAll(scope, options), options.signal)
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
    return this.#life.run('count', () => this.#store.count(request, options), options.signal)
  }

  scopes(request: s.ScopesRequest, options: CallOptions = {}): Promise<s.ScopeValue[]> {
    return this.#life.run('scopes', () => this.#store.scopes(request, options), options.signal)
  }

  texts(query: s.TextsQuery, options: CallOptions = {}): AsyncGenerator<TextEntry[]> {
    return this.#pages('texts', options, () => this.#store.texts(query, options))
  }

  changes(
    request: { readonly after: number; readonly limit: number },
    options: CallOptions = {},
  ): Promise<LogPage> {
    return this.#life.run('changes', () => this.#store.changes(request, options), options.signal)
  }

  textChanges(
    request: { readonly after: number; readonly limit: number },
    options: CallOptions = {},
  ): Promise<TextPage> {
    return this.#life.run('textChanges', () => this.#store.textChanges(request, options), options.signal)
  }

  head(options: CallOptions = {}): Promise<number> {
    return this.#life.run('head', () => this.#store.head(options), options.signal)
  }

  async readMeta(keys: readonly string[], options: CallOptions = {}): Promise<(string | undefined)[]> {
    if (keys.length === 0) return this.#nothing([], options)
    return this.#life.run('readMeta', () => this.#store.readMeta(keys, options), options.signal)
  }

  async writeMeta(entries: readonly s.MetaEntry[], options: CallOptions = {}): Promise<boolean> {
    if (entries.length === 0) return this.#nothing(true, options)
    return this.#life.run('writeMeta', () => this.#store.writeMeta(entries, options), options.signal)
  }

  startStaging(embedder: string, options: CallOptions = {}): Promise<StagingState> {
    return this.#life.run('startStaging', () => this.#store.startStaging(embedder, options), options.signal)
  }

  unstaged(
    request: { readonly after: number; readonly limit: number },
    options: CallOptions = {},
  ): Promise<UnstagedPage> {
    return this.#life.run('unstaged', () => this.#store.unstaged(request, options), options.signal)
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
    return this.#life.run('stage', () => this.#store.stage(embedder, vectors, options), options.signal)
  }

  async adoptStaged(embedder: string, options: AdoptOptions = {}): Promise<Adopted | undefined> {
    const work = (): Promise<Adopted | undefined> => this.#store.adoptStaged(embedder, options)
    const adopted = await this.#life.run('adoptStaged', work, options.signal)
    if (adopted) {
      this.#adoptions++
      this.#dimensions = undefined
    }
    return adopted
  }

  stats(): Promise<s.StoreStats> {
    return this.#life.run('stats', () => this.#store.stats())
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#store.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async *#pages<T>(
    doing: string,
    { signal }: CallOptions,
    read: () => AsyncIterable<T[]>,
  ): AsyncGenerator<T[]> {
    this.#life.check(doing)
    throwIfAborted(signal)
    const pages = read()[Symbol.asyncIterator]()
    let isReading = false
    try {
      for (;;) {
        isReading = true
        const page = await this.#life.run(doing, () => pages.next(), signal)
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
    return this.#life.run(doing, checked, options.signal)
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
