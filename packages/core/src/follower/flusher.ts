import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { Coverage } from './coverage.ts'
import type { FlushLease } from './flush-lease.ts'
import type { IndexWatch } from './index-watch.ts'
import type { LogReader } from './log-reader.ts'

/** What a Flusher works on. */
export interface FlusherParts {
  readonly index: VectorIndex
  readonly coverage: Coverage
  readonly reader: LogReader
  /** For an index that others may write to. */
  readonly shared?:
    | { readonly lease: FlushLease; readonly watch: IndexWatch; readonly leaseMs: number }
    | undefined
}

export interface FlusherSizes {
  readonly tailLimit: number
  readonly flushSize: number
  readonly flushAfterMs: number
}

/** Without a write for so long, writing has paused, in milliseconds. */
const pauseMs = 100
/** How long a call waits before it looks again whether another process has flushed, in milliseconds. */
const pollMs = 20
/** The same in the background, while there is a whole flush to be done. */
const backgroundPollMs = 100
const longestPauseMs = 60_000

/** Brings the tail into the index, stretch by stretch, in the background and for those who wait for it. */
export class Flusher {
  readonly #parts: FlusherParts
  readonly #sizes: FlusherSizes
  #flushes = 0
  #flushing: Promise<boolean> | undefined
  #timer: NodeJS.Timeout | undefined
  #lastError: MemoryError | undefined
  /** The last error, until a call has thrown it. */
  #unseenError: MemoryError | undefined
  #failures = 0
  /** Since when there has been a whole flush to be done. */
  #fullSince: number | undefined
  #closed = false
  /** Settled when flushing may go on. */
  #held: Promise<void> | undefined
  /** Since when another process has had the lease and not got on. */
  #stuckSince: number | undefined

  constructor(parts: FlusherParts, sizes: FlusherSizes) {
    this.#parts = parts
    this.#sizes = sizes
  }

  get state(): { flushes: number; lastError?: string } {
    const flushes = this.#flushes
    return this.#lastError ? { flushes, lastError: this.#lastError.message } : { flushes }
  }

  /** Throws the error of a background flush that no call has thrown yet. The changes it was about are kept. */
  raise(): void {
    const error = this.#unseenError
    this.#unseenError = undefined
    if (error) throw error
  }

  /** Returns when the tail has room for more. */
  async room(signal?: AbortSignal): Promise<void> {
    while (this.#parts.coverage.tail.size >= this.#sizes.tailLimit) await this.flush(signal)
  }

  /** One stretch, for a call that waits for it and sees its error itself. */
  async flush(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal)
    try {
      if (!(await this.#flushOnce())) await new Promise(resolve => setTimeout(resolve, pollMs))
    } catch (error) {
      this.#unseenError = undefined
      throw error
    }
  }

  /**
   * Sees to it that what is in the tail is flushed: a whole flush now, others after a while, when more may have come.
   * What has failed is tried again at its own time.
   */
  flushSoon(): void {
    const { coverage, reader } = this.#parts
    if (this.#isFull && this.#failures === 0) this.#flushInBackground()
    else if (coverage.tail.size > 0 || reader.isBehind) this.#flushLater(this.#sizes.flushAfterMs)
  }

  /**
   * The same after a write. More writes are likely to follow it, and an index that is at work would take the
   * processor and the memory's bandwidth from them: it begins when they pause, or have had `flushAfterMs`.
   */
  flushAfterWrite(): void {
    if (!this.#isFull) this.#fullSince = undefined
    if (!this.#isFull || this.#failures > 0) return this.flushSoon()
    const now = performance.now()
    this.#fullSince ??= now
    const patience = this.#fullSince + this.#sizes.flushAfterMs - now
    if (patience <= 0) return this.#flushInBackground()
    this.#flushLater(Math.min(pauseMs, patience), 'anew')
  }

  /** Runs some work during which nothing is flushed into the index, by other processes neither. */
  async whileHeld<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    while (this.#held) await this.#held
    let release = (): void => undefined
    this.#held = new Promise(resolve => (release = resolve))
    const lease = this.#parts.shared?.lease
    try {
      await this.#flushing?.catch(() => undefined)
      await this.#takeLease(signal)
      return await work()
    } finally {
      await lease?.release().catch(() => undefined)
      this.#held = undefined
      release()
      this.flushSoon()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#flushing?.catch(() => undefined)
    // A Store that fails here loses nothing: the lease runs out by itself.
    await this.#parts.shared?.lease.release().catch(() => undefined)
  }

  /** Whether there is a whole flush to be done. */
  get #isFull(): boolean {
    return this.#parts.coverage.tail.size >= this.#sizes.flushSize
  }

  /** Waits for the lease: a holder that flushes is given one lease time to end. */
  async #takeLease(signal: AbortSignal | undefined): Promise<void> {
    const { shared } = this.#parts
    if (!shared) return
    const since = performance.now()
    while (!(await shared.lease.take('check', performance.now() - since >= shared.leaseMs))) {
      throwIfAborted(signal)
      await new Promise(resolve => setTimeout(resolve, pollMs))
    }
    await shared.watch.observe()
  }

  /** In so many milliseconds, unless it is to be sooner or later already. */
  #flushLater(ms: number, from: 'first' | 'anew' = 'first'): void {
    if (this.#closed || (this.#timer && from === 'first')) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flushInBackground()
    }, ms)
    this.#timer.unref()
  }

  #flushInBackground(): void {
    // Whoever flushes or holds sees to the rest when that is done.
    if (this.#closed || this.#flushing || this.#held) return
    this.#flushOnce().catch((error: MemoryError) => (this.#unseenError = error))
  }

  /** Returns whether the index has got on. One flush is under way at a time; a second caller joins it. */
  async #flushOnce(): Promise<boolean> {
    if (this.#closed)
      throw new MemoryError('CLOSED', 'The memory was moved to another model or closed; open it anew.')
    this.#flushing ??= this.#run()
    return this.#flushing
  }

  async #run(): Promise<boolean> {
    try {
      await this.#held
      const gotOn = await this.#step()
      this.#flushing = undefined
      if (gotOn) this.#failures = 0
      if (gotOn || !this.#isFull) this.flushSoon()
      else this.#flushLater(backgroundPollMs)
      return gotOn
    } catch (error) {
      this.#flushing = undefined
      this.#lastError = MemoryError.from(error, `The ${this.#parts.index.name} index did not take a flush`)
      this.#flushLater(Math.min(this.#sizes.flushAfterMs * 2 ** ++this.#failures, longestPauseMs), 'anew')
      throw this.#lastError
    }
  }

  async #step(): Promise<boolean> {
    const { coverage, reader, shared } = this.#parts
    if (reader.isBehind && !this.#isFull) await reader.read()
    if (!shared) return this.#apply()
    const { lease, watch } = shared
    const wasHeld = lease.held
    if (!(await lease.take('flush', this.#isStuck(shared.leaseMs))))
      return this.#noteProgress(await watch.observe())
    this.#stuckSince = undefined
    // Others may have flushed since this process did.
    if (!wasHeld) await watch.observe()
    try {
      return await lease.during(() => this.#apply(coverage.indexed))
    } catch (error) {
      if (!MemoryError.is(error) || error.code !== 'CONFLICT') throw error
      lease.doubt()
      // Another process has flushed. When none has, the index refuses for a reason of its own.
      if (await watch.observe()) return true
      throw error
    }
  }

  async #apply(after?: number): Promise<boolean> {
    const { index, coverage } = this.#parts
    const cut = coverage.tail.cut(this.#sizes.flushSize)
    // Changes that leave nothing to apply, such as of metadata alone, move only the cursor.
    const batch = cut?.batch ?? { upserts: [], deletes: [], cursor: coverage.position }
    if (cut || batch.cursor > coverage.indexed) {
      await index.apply(after === undefined ? batch : { ...batch, after })
      this.#flushes++
    }
    this.#lastError = undefined
    this.#unseenError = undefined
    await coverage.flushed(batch.cursor, cut)
    return true
  }

  #noteProgress(gotOn: boolean): boolean {
    if (gotOn) this.#stuckSince = undefined
    else this.#stuckSince ??= performance.now()
    return gotOn
  }

  #isStuck(leaseMs: number): boolean {
    return this.#stuckSince !== undefined && performance.now() - this.#stuckSince >= leaseMs
  }
}
