import { setImmediate as turn } from 'node:timers/promises'

import { MemoryError } from '../../src/contracts/errors.ts'
import type { ExactIndex } from '../../src/reference/exact-index.ts'
import type { IndexStats, IndexSupports, Match, VectorQuery } from '../../src/contracts/vector-index.ts'
import type { LogBatch } from '../../src/contracts/log.ts'
import { ControlledIndex } from './controlled-index.ts'

/** One process's face of an index whose data several have open. Each call takes a turn of the event loop. */
export class SharedIndex extends ControlledIndex {
  override readonly supports: IndexSupports
  readonly #data: ExactIndex
  /** Stretches that were refused. */
  conflicts = 0

  constructor(data: ExactIndex, supports: Partial<IndexSupports> = {}) {
    super(data.dimensions)
    this.#data = data
    this.supports = Object.freeze({ ...data.supports, durable: true, shared: true, ...supports })
  }

  protected override async take(batch: LogBatch): Promise<void> {
    await turn()
    const cursor = await this.#data.cursor()
    if (batch.after !== undefined && batch.after !== cursor) {
      this.conflicts++
      throw new MemoryError('CONFLICT', `The index stands at ${cursor}, not at ${batch.after}.`)
    }
    await this.#data.apply(batch)
  }

  override async search(queries: readonly VectorQuery[]): Promise<Match[][]> {
    this.searches++
    await turn()
    return this.#data.search(queries)
  }

  override get(ids: readonly string[]): Promise<(Float32Array | undefined)[]> {
    return this.#data.get(ids)
  }

  override async cursor(): Promise<number> {
    await turn()
    return this.#data.cursor()
  }

  override slot(): Promise<string | undefined> {
    return this.#data.slot()
  }

  override async clear(): Promise<void> {
    await turn()
    await this.#data.clear()
  }

  override stats(): Promise<IndexStats> {
    return this.#data.stats()
  }
}
