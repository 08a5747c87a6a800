import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import type { LogBatch } from '../contracts/log.ts'
import type { LogSource } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { SplitPoint } from './split-point.ts'
import type { FlushLease } from './flush-lease.ts'
import type { IndexWatch } from './index-watch.ts'
import { reportError } from './report-error.ts'
import type { OnBackgroundError } from './report-error.ts'
import { IndexSlot } from './index-slot.ts'
import type { LogReader } from './log-reader.ts'
import { trace } from '../signals/trace.ts'
import { reconcileIndex } from './reconcile-index.ts'

/** What a Flusher works on. */
export interface FlusherParts {
  readonly store: LogSource
  readonly index: VectorIndex
  readonly splitPoint: SplitPoint
  readonly reader: LogReader
  /** For an index that others may write to. */
  readonly shared?:
    | { readonly lease: FlushLease; readonly watch: IndexWatch; readonly leaseMs: number }
    | undefined
  readonly onBackgroundError?: OnBackgroundError
}

export interface FlusherSizes {
  readonly tailLimit: number
  readonly flushSize: number
  readonly flushAfterMs: number
}

/** Writing has paused when no write came for this time, in milliseconds. */
const pauseMs = 100
/** How long a call waits before it looks again whether another process has flushed, in milliseconds. */
const pollMs = 20
/** The same in the background, while there is a whole flush to be done. */
const backgroundPollMs = 100
const longestPauseMs = 60_000

/** Brings the tail into the index, stretch by stretch, in the background and for those who wait for it. */
export class Flusher {
  readonly #parts: FlusherParts
  readonly #slot: IndexSlot
  readonly #sizes: FlusherSizes
  #flushes = 0
  #flushing: Promise<boolean> | undefined
  #timer: NodeJS.Timeout | undefined
  #lastError: MemoryError | undefined
  /** Calls that wait for a flush, and get its error themselves. */
  #waiting = 0
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
    this.#slot = new IndexSlot(parts.store, parts.index)
    this.#sizes = sizes
  }

  get state(): { flushes: number; lastError?: string } {
    const flushes = this.#flushes
    return this.#lastError ? { flushes, lastError: this.#lastError.message } : { flushes }
  }

  /** Returns when the tail has room for what a write brings. */
  async room(signal?: AbortSignal): Promise<void> {
    while (this.#parts.splitPoint.tail.size >= this.#sizes.tailLimit) await this.flush(signal)
  }

  /**
   * Returns when the tail has room for a page of the log, which a search waits for. An index that fails does not fail
   * the search: the tail then takes up to twice its limit, and the index's error is thrown only past that.
   */
  async roomToRead(signal?: AbortSignal): Promise<void> {
    const { tail } = this.#parts.splitPoint
    const most = 2 * this.#sizes.tailLimit
    while (tail.size >= this.#sizes.tailLimit) {
      if (this.#failures > 0 && tail.size < most) return
      try {
        await this.#flushOrPoll(signal)
      } catch (error) {
        if (this.#failures === 0 || tail.size >= most) throw error
      }
    }
  }

  /** One stretch, for a call that waits for it and gets its error. */
  async flush(signal?: AbortSignal): Promise<void> {
    this.#waiting++
    try {
      await this.#flushOrPoll(signal)
    } finally {
      this.#waiting--
    }
  }

  /**
   * Sees to it that what is in the tail is flushed: a whole flush now, others after a while, when more may have come.
   * What has failed is tried again at its own time.
   */
  flushSoon(): void {
    const { splitPoint, reader } = this.#parts
    if (this.#isFull && this.#failures === 0) this.#flushInBackground()
    else if (splitPoint.tail.size > 0 || reader.isBehind || !splitPoint.isTrusted)
      this.#flushLater(this.#sizes.flushAfterMs)
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
    return this.#parts.splitPoint.tail.size >= this.#sizes.flushSize
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

  /** After `ms`; 'first' keeps a timer that is set already, 'anew' replaces it. */
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
    // The flush or the holder that is at work sees to the rest afterwards.
    if (this.#closed || this.#flushing || this.#held) return
    this.#flushOnce().catch(() => undefined)
  }

  /** One stretch; where another process flushes, a short wait for it. */
  async #flushOrPoll(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal)
    if (!(await this.#flushOnce())) await new Promise(resolve => setTimeout(resolve, pollMs))
  }

  /** Returns whether the index has moved on. One flush runs at a time; a second caller joins it. */
  async #flushOnce(): Promise<boolean> {
    if (this.#closed)
      throw new MemoryError('CLOSED', 'The memory was moved to another model or closed; open it again.')
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
      if (this.#waiting === 0) void reportError(this.#parts.onBackgroundError, this.#lastError)
      throw this.#lastError
    }
  }

  async #step(): Promise<boolean> {
    const { splitPoint, reader, shared } = this.#parts
    // Before anything of it comes into the index: the Store may have gone back.
    await reader.end()
    if (!splitPoint.isTrusted) return this.#reconcile()
    if (reader.isBehind && !this.#isFull) await reader.read()
    if (!shared) return this.#apply()
    const { lease, watch } = shared
    const wasHeld = lease.held
    if (!(await lease.take('flush', this.#isStuck(shared.leaseMs))))
      return this.#noteProgress(await watch.observe())
    this.#stuckSince = undefined
    // Others may have flushed since this process did.
    if (!wasHeld) await watch.observe()
    const after = splitPoint.indexed
    try {
      return await lease.during(() => this.#apply(after))
    } catch (error) {
      if (!MemoryError.is(error) || error.code !== 'CONFLICT') throw error
      lease.doubt()
      // Somebody else has moved it, which a search may have noticed before this. Otherwise the index refuses for a
      // reason of its own.
      if ((await watch.observe()) || splitPoint.indexed !== after) return true
      throw error
    }
  }

  /** In the place of a flush, where the index may hold a log that is there no more. */
  async #reconcile(): Promise<boolean> {
    const { shared } = this.#parts
    if (!shared) await reconcileIndex(this.#parts)
    else if (await shared.lease.take('check', this.#isStuck(shared.leaseMs)))
      await shared.lease.during(() => reconcileIndex(this.#parts))
    else return this.#noteProgress(false)
    this.#stuckSince = undefined
    this.#lastError = undefined
    return true
  }

  async #apply(after?: number): Promise<boolean> {
    const { index, splitPoint, reader } = this.#parts
    const tail = splitPoint.tail.size
    const cut = splitPoint.tail.cut(this.#sizes.flushSize)
    // Changes that leave nothing to apply, such as of metadata alone, move only the cursor.
    const batch = cut?.batch ?? { upserts: [], deletes: [], cursor: splitPoint.position }
    if (cut || batch.cursor > splitPoint.indexed) {
      const noted = await this.#slot.advance(splitPoint.indexed, batch.cursor)
      if (!noted) {
        await reader.turn()
        return true
      }
      const apply = (): Promise<void> => index.apply({ ...batch, after, ...noted })
      await trace('flush', () => ({ index: index.name, ...sizesOf(batch), tail }), apply)
      this.#flushes++
    }
    this.#lastError = undefined
    await splitPoint.flushed(batch.cursor, cut)
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

function sizesOf({ upserts, deletes }: LogBatch): { upserts: number; deletes: number } {
  return { upserts: upserts.length, deletes: deletes.length }
}
