import { checkKeys, checkOptions } from './checks/check-values.ts'
import type { Embedder } from './contracts/embedder.ts'
import type { MetadataShape } from './contracts/metadata.ts'
import type { ProgressOptions } from './contracts/progress.ts'
import type { Metadata, Scope } from './contracts/record.ts'
import type { VerifyResult } from './follower/compare-index.ts'
import { repairIndex, verifyIndex } from './follower/verify-index.ts'
import type { RepairResult } from './follower/verify-index.ts'
import { onlyMemoryErrors } from './guards/only-memory-errors.ts'
import type { MemoryOptions } from './memory-api.ts'
import { openEngine } from './memory-engine.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryReads } from './memory-reads.ts'
import { MemoryTransfer } from './memory-transfer.ts'
import { MemoryWrites } from './memory-writes.ts'
import { namedScope, refuseScope } from './parts/narrow-scope.ts'
import { reembedAlone, reembedMemory } from './reembed/reembed-memory.ts'
import type {
  CloseOptions,
  MemoryStats,
  ReembedOptions,
  ReembedResult,
  StoreReembedOptions,
} from './upkeep-api.ts'

/**
 * Memory for an agent: texts go in, and those that answer a query come out again. Composes a Store and, for searches by
 * meaning, a VectorIndex and an Embedder. Everything it throws is a {@link MemoryError}.
 */
export class Memory<Meta extends object = Metadata> extends MemoryTransfer<Meta> {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  private constructor(engine: MemoryEngine, scope: Scope) {
    super(engine, scope)
    this.#engine = engine
    this.#scope = scope
  }

  /**
   * Checks that the parts fit together, and brings the index up to what the Store holds. An opening that fails
   * closes the parts, unless `closeParts` is false.
   * Throws `MODEL_MISMATCH` when the Store was written with another embedding model.
   *
   * @example
   * const memory = await Memory.open({ store: new MapStore() })
   * interface Note { topic: string }
   * const notes = await Memory.open<Note>({ store: new MapStore() })
   */
  static async open<Meta extends MetadataShape<Meta> = Metadata>(
    options: MemoryOptions,
  ): Promise<Memory<Meta>> {
    return new Memory<Meta>(await openEngine(options), { orgId: options.orgId ?? 'default' })
  }

  /**
   * The same memory bound to a scope: what lies outside does not exist for it, by-id calls included.
   *
   * @example
   * const hers = memory.scope({ userId: 'ana' })
   * await hers.add('She drinks green tea.')
   */
  scope(scope: Omit<Scope, 'orgId'>): Memory<Meta> {
    checkKeys(scope, ['userId', 'agentId', 'runId'], 'scope')
    return new Memory<Meta>(this.#engine, namedScope(this.#scope, scope, 'scope()'))
  }

  /**
   * Brings everything stored before this call into the index. Searches need no flush: they see it already.
   *
   * @example
   * await memory.flush({ onProgress: ({ done, total }) => console.log(done, total) })
   */
  async flush(options: ProgressOptions = {}): Promise<void> {
    checkOptions(options, ['onProgress'])
    return this.#engine.run('flush', ({ follower }) => follower.flush(options), options)
  }

  /**
   * Flushes, then lets the index make itself durable and fast.
   *
   * @example
   * await memory.optimize()
   */
  async optimize(options: ProgressOptions = {}): Promise<void> {
    await this.flush(options)
    return this.#engine.run('optimize', ({ index }) => index.optimize(), options)
  }

  /**
   * What the parts say of themselves: what is stored, indexed and cached, and how far the index is behind.
   *
   * @example
   * const { store, follower } = await memory.stats()
   * console.log(store.memories, follower.tail)
   */
  async stats(): Promise<MemoryStats> {
    return this.#engine.stats()
  }

  /**
   * Compares the index with the Store, vector by vector.
   *
   * @example
   * const { ok } = await memory.verify()
   */
  async verify(options: ProgressOptions = {}): Promise<VerifyResult> {
    checkOptions(options, ['onProgress'])
    return this.#engine.run('verify', parts => verifyIndex(parts, options), options)
  }

  /**
   * Makes the index what the Store says it is.
   *
   * @example
   * await memory.repair()
   */
  async repair(options: ProgressOptions = {}): Promise<RepairResult> {
    checkOptions(options, ['onProgress'])
    return this.#engine.run('repair', parts => repairIndex(parts, options), options)
  }

  /**
   * Moves the memory, and its Store, to another embedding model. Searches and writes go on with the old one until
   * every text is embedded; then all switch at once. Stopped at any moment, the old model is in use still, and the
   * next call goes on where this one was. Other processes get `MODEL_MISMATCH` from then on until they open the
   * Store with the new model. Refused on a `scope()`.
   *
   * @example
   * await memory.reembed(embedder, { index: new ExactIndex({ dimensions: embedder.dimensions }) })
   */
  async reembed(embedder: Embedder, options: ReembedOptions = {}): Promise<ReembedResult> {
    refuseScope(this.#scope, 'reembed moves')
    const work = () => reembedMemory(this.#engine, embedder, options)
    return this.#engine.life.run('reembed', work, options.signal)
  }

  /**
   * The same for a Store that is not open as a Memory: the old model need not be at hand. Store and embedder stay
   * open. An index of the Store catches up when it is opened with the new model; one of other dimensions is opened
   * again.
   *
   * @example
   * const { memories } = await Memory.reembed({ store, embedder })
   */
  static reembed(options: StoreReembedOptions): Promise<ReembedResult> {
    return reembedAlone(options)
  }

  /**
   * Waits for calls in flight, a minute at most, flushes the index, and closes store, index and embedder. With `flush: false`
   * the index is left as it is, and catches up when it is opened again. The flush takes as long as the index needs for what it
   * lacks: half a minute for 33,000 changes of a graph. A `scope()` shares the memory it came from: closing one closes both.
   *
   * @example
   * await memory.close()
   */
  async close(options: CloseOptions = {}): Promise<void> {
    return this.#engine.close(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

for (const calls of [
  Memory,
  Memory.prototype,
  MemoryTransfer.prototype,
  MemoryWrites.prototype,
  MemoryReads.prototype,
])
  onlyMemoryErrors(calls, 'Memory')
