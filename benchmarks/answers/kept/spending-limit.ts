import { MemoryError } from '@agentmem/core'

/** What a run may spend at most. */
export interface Spending {
  /** Requests to models; further tries of one that failed do not count. */
  readonly calls: number
  /** Tokens that models read and write. */
  readonly tokens: number
}

/** Told what a request came to, in tokens. */
export type Settle = (tokens: number) => void

/**
 * Lets requests to models through until a budget would be passed, or until one has failed. Requests in flight end in any case:
 * their answers are paid for.
 */
export class SpendingLimit {
  readonly #budget: Spending
  #spent: Spending = { calls: 0, tokens: 0 }
  /** The most that the requests in flight may take. */
  #reserved = 0
  #settled = Promise.withResolvers<void>()
  #reason: MemoryError | undefined

  constructor(budget: Spending = { calls: Infinity, tokens: Infinity }) {
    this.#budget = budget
  }

  /** What was spent since this process began. */
  get spent(): Spending {
    return this.#spent
  }

  /** Why nothing is let through any more; undefined as long as requests are. */
  get reason(): MemoryError | undefined {
    return this.#reason
  }

  /** Nothing is let through any more. The first reason stays. */
  stop(reason: MemoryError): void {
    this.#reason ??= reason
  }

  /**
   * Waits until a request that takes so many tokens at most may be sent. Throws `ABORTED` when none may: it concerns all
   * requests.
   */
  async admit(tokens: number): Promise<Settle> {
    while (this.#isTooMuch(tokens)) {
      if (this.#reserved === 0) this.stop(this.#passed(tokens))
      this.#throwIfStopped()
      await this.#settled.promise
    }
    this.#throwIfStopped()
    this.#spent = { ...this.#spent, calls: this.#spent.calls + 1 }
    this.#reserved += tokens
    return used => {
      this.#reserved -= tokens
      this.#spent = { ...this.#spent, tokens: this.#spent.tokens + used }
      this.#settled.resolve()
      this.#settled = Promise.withResolvers()
    }
  }

  #isTooMuch(tokens: number): boolean {
    const { calls, tokens: spent } = this.#spent
    if (calls + 1 > this.#budget.calls) {
      this.stop(this.#passed(tokens))
      return true
    }
    return spent + this.#reserved + tokens > this.#budget.tokens
  }

  #passed(tokens: number): MemoryError {
    const { calls, tokens: spent } = this.#spent
    return new MemoryError(
      'BUDGET',
      `The budget is spent: ${calls} calls and ${spent} tokens; the next request may take ${tokens} tokens. Start the run again, with what more it may spend, to go on.`,
    )
  }

  #throwIfStopped(): void {
    if (this.#reason) throw new MemoryError('ABORTED', this.#reason.message, { cause: this.#reason })
  }
}
