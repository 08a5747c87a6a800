import { MemoryError } from '../contracts/errors.ts'
import type { DroppedFact, FailedMessage, InferStats, InferUsage } from '../infer-api.ts'

/** Dropped facts of which more than their number is kept. */
const mostDropped = 20

/** What a Memory has inferred since it was opened. */
export class InferTally {
  #usage: InferUsage = { calls: 0, inputTokens: 0, outputTokens: 0 }
  readonly #dropped = new Map<string, number>()
  #lastDropped: InferStats['lastDropped'] = []
  #lastError: string | undefined

  note(usage: InferUsage, dropped: readonly DroppedFact[], failed: readonly FailedMessage[]): void {
    this.#usage = {
      calls: this.#usage.calls + usage.calls,
      inputTokens: this.#usage.inputTokens + usage.inputTokens,
      outputTokens: this.#usage.outputTokens + usage.outputTokens,
    }
    for (const { reason } of dropped) this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1)
    const newest = dropped.slice(-mostDropped).map(({ reason, sources }) => ({ reason, sources }))
    this.#lastDropped = [...newest.toReversed(), ...this.#lastDropped].slice(0, mostDropped)
    const error = failed.at(-1)?.error
    if (error) this.fail(error)
  }

  /** Notes a failure. */
  fail(error: Error): void {
    this.#lastError = MemoryError.is(error) ? `${error.code}: ${error.message}` : error.message
  }

  get stats(): Omit<InferStats, 'waiting' | 'parked' | 'oldestWaiting'> {
    return {
      ...this.#usage,
      dropped: Object.fromEntries(this.#dropped),
      lastDropped: this.#lastDropped,
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    }
  }
}
