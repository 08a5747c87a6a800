import { randomUUID } from 'node:crypto'

import { inTurn } from '../adapter-kit/in-turn.ts'
import type { InTurn } from '../adapter-kit/in-turn.ts'
import type { LogSource } from '../contracts/store.ts'

/** What the holder does: 'flush' it may be relieved of when it does not get on, 'check' must not be disturbed. */
type Purpose = 'flush' | 'check'

/** How long a lease that is not used is kept, in milliseconds. */
const idleMs = 250

/**
 * The right to write to an index that several processes have open, kept in the Store. Its value names the
 * holder and a count that the holder raises from time to time. Whoever has seen one value for `ms` milliseconds
 * by its own clock takes the holder for dead and takes over, by compare and set: clocks need not agree.
 *
 * It keeps processes from doing the same work twice. That a holder which was paused, and does not know yet that
 * it lost the lease, does no harm, is the index's part: it refuses a stretch that does not follow its cursor.
 */
export class FlushLease {
  readonly #store: Pick<LogSource, 'readMeta' | 'writeMeta'>
  readonly #key: string
  readonly #ms: number
  readonly #owner: string = randomUUID()
  #purpose: Purpose = 'flush'
  #count = 0
  /** What this process has written, while nothing says that it is there no more. */
  #mine: string | undefined
  #renewedAt = 0
  #used = false
  /** Calls under way that need it. */
  #working = 0
  /** The value of another holder, and since when it has been there. */
  #seen: { readonly value: string; readonly since: number } | undefined
  #timer: NodeJS.Timeout | undefined
  /** One call after the other: each must know what the one before it has written. */
  readonly #inTurn: InTurn = inTurn()

  /** `key` names what is leased in the meta table of the Store. */
  constructor(store: Pick<LogSource, 'readMeta' | 'writeMeta'>, key: string, ms: number) {
    this.#store = store
    this.#key = key
    this.#ms = ms
  }

  /** Whether this process has the lease, as far as it knows. */
  get held(): boolean {
    return this.#mine !== undefined
  }

  /**
   * Takes the lease, or keeps it; returns whether it is held now. `urgent` takes it from a holder that is alive,
   * unless that one checks the index.
   */
  take(purpose: Purpose = 'flush', urgent = false): Promise<boolean> {
    this.#used = true
    return this.#inTurn(async () => {
      const age = performance.now() - this.#renewedAt
      if (this.held && this.#purpose === purpose && age < this.#ms / 3) return true
      const value = this.#mine ?? (await this.#store.readMeta([this.#key]))[0]
      return value === undefined || this.#mayReplace(value, urgent) ? this.#write(value, purpose) : false
    })
  }

  /** Runs some work that needs the lease, which is renewed as long as that takes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#working++
    try {
      return await work()
    } finally {
      this.#working--
    }
  }

  /** Says that the lease may be lost, so that the next `take` looks. */
  doubt(): void {
    this.#mine = undefined
  }

  /** Gives the lease back, when it is still this process's. */
  release(): Promise<void> {
    return this.#inTurn(async () => {
      clearInterval(this.#timer)
      this.#timer = undefined
      const value = this.#mine
      this.#mine = undefined
      if (value !== undefined) await this.#store.writeMeta([{ key: this.#key, value: null, expect: value }])
    })
  }

  #mayReplace(value: string, urgent: boolean): boolean {
    if (value.startsWith(this.#owner)) return true
    if (this.#seen?.value !== value) this.#seen = { value, since: performance.now() }
    return (urgent && !value.endsWith('check')) || performance.now() - this.#seen.since >= this.#ms
  }

  async #write(expect: string | undefined, purpose: Purpose): Promise<boolean> {
    const value = `${this.#owner} ${++this.#count} ${purpose}`
    const at = performance.now()
    this.#mine = undefined
    if (!(await this.#store.writeMeta([{ key: this.#key, value, expect: expect ?? null }]))) return false
    this.#mine = value
    this.#purpose = purpose
    this.#renewedAt = at
    this.#seen = undefined
    this.#timer ??= setInterval(() => this.#tend(), Math.min(idleMs, this.#ms / 4)).unref()
    return true
  }

  /** Renews the lease while it is used, and gives it back when it has not been for a while. */
  #tend(): void {
    const isUsed = this.held && (this.#used || this.#working > 0 || this.#purpose === 'check')
    const tending = isUsed ? this.take(this.#purpose) : this.release()
    // A Store that fails is told of by the next call that needs it.
    tending.catch(() => undefined)
    this.#used = false
  }
}
