import type { Embedder } from '../contracts/embedder.ts'
import type { CallOptions, LogPage } from '../contracts/log.ts'
import { embedderKey, identityOf, modelMismatch } from '../contracts/model-identity.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '../contracts/staging.ts'
import type * as s from '../contracts/store.ts'

/**
 * A Store as the vectors of one model see it. What it writes is refused by the Store, and what it reads by this,
 * with `MODEL_MISMATCH` once the Store's vectors are of another model: the two are never mixed.
 * Writes the identity of the model into a new Store; throws `MODEL_MISMATCH` for one that has another.
 */
export async function bindStore(store: s.Store, embedder: Embedder): Promise<s.Store> {
  const mine = identityOf(embedder)
  const [stored] = await store.readMeta([embedderKey])
  if (stored !== undefined && stored !== mine) throw modelMismatch(store.name, stored, mine)
  const bound = new BoundStore(store, mine)
  if (stored === mine || (await store.writeMeta([{ key: embedderKey, value: mine, expect: null }])))
    return bound
  await bound.checkModel({})
  return bound
}

class BoundStore implements s.Store {
  readonly #store: s.Store
  readonly #embedder: string

  constructor(store: s.Store, embedder: string) {
    this.#store = store
    this.#embedder = embedder
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

  async checkModel({ signal }: CallOptions): Promise<void> {
    const [stored] = await this.#store.readMeta([embedderKey], { signal })
    if (stored !== this.#embedder) throw modelMismatch(this.name, stored, this.#embedder)
  }

  put(records: readonly StoredRecord[], options?: s.WriteOptions): Promise<s.PutReceipt> {
    return this.#store.put(records, { ...options, embedder: this.#embedder })
  }

  patch(patches: readonly s.Patch[], options?: s.WriteOptions): Promise<s.ChangeReceipt> {
    return this.#store.patch(patches, { ...options, embedder: this.#embedder })
  }

  delete(keys: readonly Key[], options?: s.WriteOptions): Promise<s.ChangeReceipt> {
    return this.#store.delete(keys, options)
  }

  deleteAll(scope: Scope, options?: s.DeleteAllOptions): Promise<number> {
    return this.#store.deleteAll(scope, options)
  }

  get(keys: readonly Key[], options?: CallOptions): Promise<(MemoryRecord | undefined)[]> {
    return this.#store.get(keys, options)
  }

  async vectors(keys: readonly Key[], options: CallOptions = {}): Promise<(Float32Array | undefined)[]> {
    const vectors = await this.#store.vectors(keys, options)
    // Asked after the vectors were read: they are the model's if it was still the Store's then.
    if (vectors.length > 0) await this.checkModel(options)
    return vectors
  }

  vectorsByHash(
    hashes: readonly string[],
    { signal }: CallOptions = {},
  ): Promise<(Float32Array | undefined)[]> {
    return this.#store.vectorsByHash(hashes, { signal, embedder: this.#embedder })
  }

  query(query: s.Query, options?: CallOptions): AsyncIterable<MemoryRecord[]> {
    return this.#store.query(query, options)
  }

  history(keys: readonly Key[], options?: CallOptions): Promise<HistoryEntry[][]> {
    return this.#store.history(keys, options)
  }

  async changes(
    request: { readonly after: number; readonly limit: number },
    options: CallOptions = {},
  ): Promise<LogPage> {
    const page = await this.#store.changes(request, options)
    if (page.cursor > request.after) await this.checkModel(options)
    return page
  }

  head(options?: CallOptions): Promise<number> {
    return this.#store.head(options)
  }

  readMeta(keys: readonly string[], options?: CallOptions): Promise<(string | undefined)[]> {
    return this.#store.readMeta(keys, options)
  }

  writeMeta(entries: readonly s.MetaEntry[], options?: CallOptions): Promise<boolean> {
    return this.#store.writeMeta(entries, options)
  }

  startStaging(embedder: string, options?: CallOptions): Promise<StagingState> {
    return this.#store.startStaging(embedder, options)
  }

  unstaged(
    request: { readonly after: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<UnstagedPage> {
    return this.#store.unstaged(request, options)
  }

  stagedVectors(
    embedder: string,
    hashes: readonly string[],
    options?: CallOptions,
  ): Promise<(Float32Array | undefined)[]> {
    return this.#store.stagedVectors(embedder, hashes, options)
  }

  stage(embedder: string, vectors: readonly StagedVector[], options?: CallOptions): Promise<void> {
    return this.#store.stage(embedder, vectors, options)
  }

  adoptStaged(embedder: string, options?: AdoptOptions): Promise<Adopted | undefined> {
    return this.#store.adoptStaged(embedder, options)
  }

  stats(): Promise<s.StoreStats> {
    return this.#store.stats()
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
