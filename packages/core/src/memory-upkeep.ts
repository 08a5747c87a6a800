import { checkBoolean, checkOptions, invalid } from './checks/check-values.ts'
import type { Embedder } from './contracts/embedder.ts'
import type { ProgressOptions } from './contracts/progress.ts'
import type { Metadata, Scope } from './contracts/record.ts'
import type { VerifyResult } from './follower/compare-index.ts'
import { repairIndex, verifyIndex } from './follower/verify-index.ts'
import type { RepairResult, VerifyOptions } from './follower/verify-index.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryTransfer } from './memory-transfer.ts'
import { refuseScope } from './parts/narrow-scope.ts'
import { reembedMemory } from './reembed/reembed-memory.ts'
import type { MemoryStats, ReembedOptions, ReembedResult } from './upkeep-api.ts'

/** The calls of a Memory that are about its parts. */
export class MemoryUpkeep<Meta extends object = Metadata> extends MemoryTransfer<Meta> {
  readonly #engine: MemoryEngine
  readonly #scope: Scope
  /** Whether it is one organization of several, which sees nothing of what they share. */
  readonly #tenant: boolean

  protected constructor(engine: MemoryEngine, scope: Scope, tenant: boolean) {
    super(engine, scope)
    this.#engine = engine
    this.#scope = scope
    this.#tenant = tenant
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
    this.#refuseTenant('optimize works on')
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
    this.#refuseTenant('stats counts')
    return this.#engine.stats()
  }

  /**
   * Compares the index with the Store, vector by vector. With `database` the database checks itself before.
   *
   * @example
   * const { ok } = await memory.verify()
   */
  async verify(options: VerifyOptions = {}): Promise<VerifyResult> {
    this.#refuseTenant('verify reads')
    checkOptions(options, ['onProgress', 'database'])
    checkBoolean(options.database, 'database')
    return this.#engine.run('verify', parts => verifyIndex(parts, options), options)
  }

  /**
   * Makes the index what the Store says it is.
   *
   * @example
   * await memory.repair()
   */
  async repair(options: VerifyOptions = {}): Promise<RepairResult> {
    this.#refuseTenant('repair changes')
    checkOptions(options, ['onProgress', 'database'])
    checkBoolean(options.database, 'database')
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
    this.#refuseTenant('reembed moves')
    refuseScope(this.#scope, 'reembed moves')
    const work = () => reembedMemory(this.#engine, embedder, options)
    return this.#engine.life.run('reembed', work, options.signal)
  }

  #refuseTenant(doing: string): void {
    if (!this.#tenant) return
    throw invalid(`${doing} the memories of every organization; call it on what Memory.openTenants returned.`)
  }
}
