import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import { LogLineage } from '../contracts/log-lineage.ts'
import type { CallOptions, LogBatch } from '../contracts/log.ts'
import { metaKey } from '../contracts/meta-key.ts'
import type { ProgressOptions } from '../contracts/progress.ts'
import type { LogSource } from '../contracts/store.ts'
import type { WriteReceipt } from '../contracts/store-writes.ts'
import type { Match, VectorIndex, VectorQuery } from '../contracts/vector-index.ts'
import { SplitPoint } from './split-point.ts'
import { emptyIndex } from './empty-index.ts'
import { FlushLease } from './flush-lease.ts'
import { Flusher } from './flusher.ts'
import { IndexSlot } from './index-slot.ts'
import { IndexWatch } from './index-watch.ts'
import { isProjection } from './is-projection.ts'
import { LogReader } from './log-reader.ts'
import { searchBoth } from './search-both.ts'

/** How an index follows the Store. */
export interface FollowerOptions {
  /**
   * Changes that the tail holds at most; past it, writers wait for the index. While the index fails, the tail takes as
   * many again of what other processes write, so that searches go on. Default 32,768.
   */
  readonly tailLimit?: number | undefined
  /** Changes given to the index at a time, default 1,024. As many start a flush, once writes pause for 100 ms. */
  readonly flushSize?: number | undefined
  /**
   * How long fewer changes wait for more before they are flushed, and how long a flush waits for writes to pause,
   * in milliseconds, default 1,000.
   */
  readonly flushAfterMs?: number | undefined
  /**
   * For an index that several processes have open: how long the one that flushes may give no sign of life before
   * another takes over, in milliseconds, default 5,000.
   */
  readonly leaseMs?: number | undefined
}

/** Beside the options of a user, what a Memory adds. */
export interface FollowerSettings extends FollowerOptions {
  /** Called with the error of each flush that failed while nobody waited for it. */
  readonly onBackgroundError?: ((error: MemoryError) => unknown) | undefined
  /** Shared with other readers of the same log. Default: its own. */
  readonly lineage?: LogLineage | undefined
}

/** How far the index follows the Store. */
export interface FollowerState {
  /** The position in the log up to which a search sees it. */
  readonly position: number
  /** Changes that searches take from the tail, because the index does not hold them yet. */
  readonly tail: number
  /** The position up to which the index holds the log. */
  readonly indexed: number
  /** How often changes were brought into the index since it was opened. */
  readonly flushes: number
  /** Why the last flush failed, until one succeeds; absent where it did not. */
  readonly lastError?: string | undefined
}

/**
 * Keeps an index in step with a Store's change log, and answers searches as if it always were: what the
 * index does not hold yet lies in the tail, and every search looks into both.
 */
export class Follower {
  readonly #store: LogSource
  readonly #index: VectorIndex
  readonly #splitPoint: SplitPoint
  readonly #reader: LogReader
  readonly #flusher: Flusher
  /** For an index that others may write to: other processes, or the Store itself. */
  readonly #watch: IndexWatch | undefined
  readonly #pageSize: number
  #closed = false

  private constructor(store: LogSource, index: VectorIndex, options: FollowerSettings) {
    const { tailLimit = 32_768, flushSize = 1_024, flushAfterMs = 1_000, leaseMs = 5_000 } = options
    this.#store = store
    this.#index = index
    this.#pageSize = flushSize
    this.#splitPoint = new SplitPoint(index.dimensions)
    this.#reader = new LogReader(store, this.#splitPoint, {
      pageSize: flushSize,
      lineage: options.lineage ?? new LogLineage(),
      onTurn: () => this.#goBack(),
    })
    const { shared, transactional } = index.supports
    this.#watch = shared || transactional ? new IndexWatch(store, index, this.#splitPoint) : undefined
    const lease = new FlushLease(store, metaKey('flush-lease', index.name), leaseMs)
    this.#flusher = new Flusher(
      {
        store,
        index,
        splitPoint: this.#splitPoint,
        reader: this.#reader,
        shared: this.#watch && { lease, watch: this.#watch, leaseMs },
        onBackgroundError: options.onBackgroundError,
      },
      { tailLimit, flushSize, flushAfterMs },
    )
  }

  /** Checks that the index belongs to the Store (and empties it when it does not), then reads what it missed. */
  static async open(
    store: LogSource,
    index: VectorIndex,
    options: FollowerSettings = {},
    { signal, onProgress }: ProgressOptions = {},
  ): Promise<Follower> {
    const follower = new Follower(store, index, options)
    try {
      await follower.#begin(signal)
      const start = follower.#splitPoint.position
      const total = (await follower.#reader.end(signal)) - start
      await follower.#read({ signal }, () => {
        onProgress?.({ done: Math.min(follower.#splitPoint.position - start, total), total })
      })
    } catch (error) {
      await follower.close()
      throw error
    }
    return follower
  }

  get state(): FollowerState {
    const { position, indexed, tail } = this.#splitPoint
    return { position, tail: tail.size, indexed, ...this.#flusher.state }
  }

  /** Returns when the tail has room for what a write brings. Throws the error of an index that makes none. */
  async room(signal?: AbortSignal): Promise<void> {
    await this.#flusher.room(signal)
  }

  /**
   * Takes over what this process has just written, so that it need not be read back. Where other writes lie
   * between, the log is read instead: by the next search, or in the background. An index that the Store writes
   * itself has it already. Changes that are not told, such as of metadata, have moved their memories in the log: of a
   * shared index, another process flushes them from there, and what this one has of them must move along.
   */
  accept({ span }: WriteReceipt, changes: Omit<LogBatch, 'cursor'>): void {
    const isNext = span?.after === this.#splitPoint.position
    if (this.#index.supports.transactional) {
      // What the tail has from other writers may be older than this write, and must not hide it.
      if (isNext && this.#splitPoint.tail.size === 0) this.#splitPoint.skip(span.upTo)
      return
    }
    const isWhole = isNext && span.upTo - span.after === changes.upserts.length + changes.deletes.length
    if (isWhole || (isNext && !this.#watch)) this.#splitPoint.take({ ...changes, cursor: span.upTo })
    else this.#reader.fallBehind()
    this.#flusher.flushAfterWrite()
  }

  /** Reads the log up to where it ends now. */
  async catchUp(options: CallOptions = {}): Promise<void> {
    await this.#read(options)
  }

  /** The nearest of tail and index together. A change is seen by every search that begins after its commit. */
  async search(queries: readonly VectorQuery[], options: CallOptions = {}): Promise<Match[][]> {
    for (;;) {
      do {
        await this.#splitPoint.moving
        await this.catchUp(options)
      } while (this.#splitPoint.moving)
      // Another follower may have taken over the index.
      if (this.#closed)
        throw new MemoryError('CLOSED', 'The memory was moved to another model or closed; open it again.')
      const { indexed, tail } = this.#splitPoint
      const found = await this.#splitPoint.search(() => searchBoth(this.#index, tail, queries, options))
      if (!this.#watch || (await this.#watch.keepsUpTo(indexed))) return found
    }
  }

  /** Brings everything written before this call into the index. */
  async flush({ signal, onProgress }: ProgressOptions = {}): Promise<void> {
    const start = this.#splitPoint.indexed
    const head = await this.#reader.end(signal)
    const report = (): void => {
      const total = Math.max(0, head - start)
      onProgress?.({ done: Math.min(Math.max(0, this.#splitPoint.indexed - start), total), total })
    }
    await this.#read({ signal }, report)
    if (this.#index.supports.transactional) await this.#watch?.look()
    const target = this.#splitPoint.position
    const isDue = (): boolean =>
      !this.#splitPoint.isTrusted || this.#splitPoint.indexed < Math.min(target, this.#splitPoint.position)
    while (isDue()) {
      await this.#flusher.flush(signal)
      report()
      await this.catchUp({ signal })
    }
  }

  /** Empties the index and fills it again from the Store. Searches meanwhile find everything in the log. */
  async rebuild(options: ProgressOptions = {}): Promise<void> {
    await this.whileHeld(async () => {
      await this.#splitPoint.empty(() => emptyIndex(this.#store, this.#index))
    }, options)
    await this.flush(options)
  }

  /** Runs some work during which nothing is flushed into the index, by this process or another. */
  async whileHeld<T>(work: () => Promise<T>, { signal }: CallOptions = {}): Promise<T> {
    return this.#flusher.whileHeld(work, signal)
  }

  /** Stops following; what is in the tail is in the Store, and is read again at the next opening. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#reader.settled()
    await this.#flusher.close()
    await this.#splitPoint.searched()
  }

  async #begin(signal: AbortSignal | undefined): Promise<void> {
    if (await this.#recognize()) return
    await this.whileHeld(
      async () => {
        // Another process may have emptied it, or flushed, while this one looked or waited.
        if (!this.#watch || !(await this.#recognize()))
          await this.#splitPoint.empty(() =>
            new IndexSlot(this.#store, this.#index).forget(() => this.#index.clear()),
          )
      },
      { signal },
    )
  }

  /** Goes on from where the index stands, when that is a projection of this Store. */
  async #recognize(): Promise<boolean> {
    const cursor = await this.#index.cursor()
    if (!(await isProjection(this.#store, this.#index, cursor))) return false
    await this.#splitPoint.adopt(cursor, true)
    return true
  }

  async #read({ signal }: CallOptions, onPage?: () => void): Promise<void> {
    let target = await this.#reader.end(signal)
    if (this.#isFarBehind(target) && (await this.#watch?.look())) {
      // What the flush of another process left out, because it had changed again by then, stands behind this end.
      target = await this.#reader.end(signal)
    }
    while (!this.#closed && (this.#splitPoint.position < target || !this.#reader.atEnd)) {
      throwIfAborted(signal)
      await this.#flusher.roomToRead(signal)
      // A page that another call began to read may end before the write that this call must see.
      if (this.#reader.isReading) {
        await this.#reader.settled()
        continue
      }
      const before = this.#splitPoint.position
      await this.#reader.read()
      this.#flusher.flushSoon()
      onPage?.()
      if (this.#splitPoint.position === before) return
    }
  }

  /** What was read is void. An index that the Store writes itself has gone back with it; others may have not. */
  async #goBack(): Promise<void> {
    if (this.#index.supports.transactional) await this.#splitPoint.adopt(await this.#index.cursor(), true)
    else await this.#splitPoint.doubt()
    this.#reader.fallBehind()
    this.#flusher.flushSoon()
  }

  /** Whether it is worth to look if the index has the log already, before that is read. */
  #isFarBehind(head: number): boolean {
    const behind = head - this.#splitPoint.position
    return this.#index.supports.transactional ? behind > 0 : behind > this.#pageSize
  }
}
