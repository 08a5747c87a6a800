import { ExactIndex } from '../../src/reference/exact-index.ts'
import type { LogBatch } from '../../src/contracts/log.ts'
import type { Match, VectorQuery } from '../../src/contracts/vector-index.ts'
import { deferred } from './deferred.ts'
import type { Deferred } from './deferred.ts'

/** An ExactIndex whose flushes a test can hold back or fail, and that counts what it is asked. */
export class ControlledIndex extends ExactIndex {
  readonly applied: LogBatch[] = []
  searches = 0
  #gate: Deferred | undefined
  #arrived = deferred()
  #failure: Error | undefined

  /** From now on `apply` waits for `release`. */
  hold(): void {
    this.#gate ??= deferred()
    this.#arrived = deferred()
  }

  release(): void {
    this.#gate?.resolve()
    this.#gate = undefined
  }

  /** Resolved when a flush waits at the gate. */
  get arrived(): Promise<void> {
    return this.#arrived.promise
  }

  /** From now on `apply` throws; undefined ends that. */
  failWith(error: Error | undefined): void {
    this.#failure = error
  }

  override async apply(batch: LogBatch): Promise<void> {
    this.#arrived.resolve()
    await this.#gate?.promise
    if (this.#failure) throw this.#failure
    await this.take(batch)
    this.applied.push(batch)
  }

  protected take(batch: LogBatch): Promise<void> {
    return super.apply(batch)
  }

  override async search(queries: readonly VectorQuery[]): Promise<Match[][]> {
    this.searches++
    return super.search(queries)
  }
}
