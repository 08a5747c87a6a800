import { MemoryError } from './errors.ts'
import { isProjection } from './is-projection.ts'
import type { ProgressOptions } from './memory-face.ts'
import type { CallOptions, Store, WriteReceipt } from './store.ts'
import { Tail } from './tail.ts'
import { compareMatches } from './top-k.ts'
import type { LogBatch, Match, VectorIndex, VectorQuery } from './vector-index.ts'

export interface FollowerOptions {
  /** Changes that the tail holds at most; past it, writers wait for the index. Default 32,768. */
  readonly tailLimit?: number | undefined
  /** Changes given to the index at a time, default 1,024. As many start a flush at once. */
  readonly flushSize?: number | undefined
  /** How long fewer changes wait for more before they are flushed, in milliseconds, default 1,000. */
  readonly flushAfterMs?: number | undefined
}

/**
 * Keeps an index in step with a Store's change log, and answers searches as if it always were: what the
 * index does not hold yet lies in the tail, and every search looks into both.
 */
export class Follower {
  readonly #store: Store
  readonly #index: VectorIndex
  readonly #tail: Tail
  readonly #tailLimit: number
  readonly #flushSize: number
  readonly #flushAfterMs: number
  /** The position in the log that the tail and the index together have reached. */
  #position = 0
  #indexed = 0
  #flushes = 0
  #reading: Promise<void> | undefined
  #flushing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #lastError: MemoryError | undefined
  /** The last error, until a call has thrown it. */
  #unseenError: MemoryError | undefined
  #failures = 0
  #closed = false
  /** Settled when the index has been emptied, and searches may go on. */
  #clearing: Promise<void> | undefined
  /** Settled when flushing may go on. */
  #held: Promise<void> | undefined
  /** Searches under way. */
  readonly #searches = new Set<Promise<unknown>>()

  private constructor(store: Store, index: VectorIndex, options: FollowerOptions) {
    this.#store = store
    this.#index = index
    this.#tail = new Tail(index.dimensions)
    this.#tailLimit = options.tailLimit ?? 32_768
    this.#flushSize = options.flushSize ?? 1_024
    this.#flushAfterMs = options.flushAfterMs ?? 1_000
  }

  /** Checks that the index belongs to the Store (and empties it when it does not), then reads what it missed. */
  static async open(store: Store, index: VectorIndex, options: FollowerOptions = {}): Promise<Follower> {
    const follower = new Follower(store, index, options)
    const cursor = await index.cursor()
    if (await isProjection(store, index, cursor)) {
      follower.#indexed = cursor
      follower.#position = cursor
    } else {
      await index.clear()
    }
    try {
      await follower.catchUp()
    } catch (error) {
      await follower.close()
      throw error
    }
    return follower
  }

  get state(): { position: number; tail: number; indexed: number; flushes: number; lastError?: string } {
    const state = {
      position: this.#position,
      tail: this.#tail.size,
      indexed: this.#indexed,
      flushes: this.#flushes,
    }
    return this.#lastError ? { ...state, lastError: this.#lastError.message } : state
  }

  /** Throws the error of a background flush that no call has thrown yet. The changes it was about are kept. */
  raise(): void {
    const error = this.#unseenError
    this.#unseenError = undefined
    if (error) throw error
  }

  /** Returns when the tail has room for more. */
  async room(): Promise<void> {
    while (this.#tail.size >= this.#tailLimit) await this.#flushForCaller()
  }

  /**
   * Takes over what this process has just written, so that it need not be read back. Where other writes lie
   * between, the next search reads the log instead.
   */
  accept(receipt: WriteReceipt, changes: Omit<LogBatch, 'cursor'>): void {
    const { span } = receipt
    if (!span || span.after !== this.#position) return
    this.#take({ ...changes, cursor: span.upTo })
  }

  /** Reads the log up to where it ends now. */
  async catchUp(options: CallOptions = {}): Promise<void> {
    const target = await this.#store.head(options)
    while (this.#position < target && !this.#closed) {
      const before = this.#position
      // A page that another call is reading may end before the write that this call must see: hence the loop.
      this.#reading ??= this.#readPage().finally(() => (this.#reading = undefined))
      await this.#reading
      if (this.#position === before) return
    }
  }

  /** The nearest of tail and index together. A change is seen by every search that begins after its commit. */
  async search(queries: readonly VectorQuery[], options: CallOptions = {}): Promise<Match[][]> {
    do {
      await this.#clearing
      await this.catchUp(options)
    } while (this.#clearing)
    this.#refuseClosed()
    const searching = this.#search(queries, options)
    this.#searches.add(searching)
    try {
      return await searching
    } finally {
      this.#searches.delete(searching)
    }
  }

  /** Brings everything written before this call into the index. */
  async flush({ signal, onProgress }: ProgressOptions = {}): Promise<void> {
    await this.catchUp({ signal })
    const target = this.#position
    const total = this.#tail.size
    while (this.#indexed < Math.min(target, this.#position)) {
      await this.#flushForCaller()
      onProgress?.({ done: Math.max(0, total - this.#tail.size), total })
      await this.catchUp({ signal })
    }
  }

  /** Empties the index and fills it again from the Store. Searches meanwhile find everything in the log. */
  async rebuild(options: CallOptions = {}): Promise<void> {
    await this.whileHeld(async () => {
      const clearing = this.#clear()
      this.#clearing = clearing.catch(() => undefined)
      await clearing.finally(() => (this.#clearing = undefined))
    })
    await this.flush(options)
  }

  /** Runs some work during which nothing is flushed into the index. */
  async whileHeld<T>(work: () => Promise<T>): Promise<T> {
    while (this.#held) await this.#held
    let release = (): void => undefined
    this.#held = new Promise(resolve => (release = resolve))
    try {
      await this.#flushing?.catch(() => undefined)
      return await work()
    } finally {
      this.#held = undefined
      release()
      this.#flushSoon()
    }
  }

  /** Stops following; what is in the tail is in the Store, and is read again at the next opening. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#reading?.catch(() => undefined)
    await this.#flushing?.catch(() => undefined)
    await Promise.allSettled(this.#searches)
  }

  /** Another follower may have taken over the index. */
  #refuseClosed(): void {
    if (!this.#closed) return
    throw new MemoryError('CLOSED', 'The memory was moved to another model or closed; open it anew.')
  }

  async #search(queries: readonly VectorQuery[], options: CallOptions): Promise<Match[][]> {
    const found = await this.#index.search(queries, options)
    return Promise.all(queries.map((query, i) => this.#merge(query, found[i] ?? [], options)))
  }

  /** Joins what the index found with the tail, which hides the index's word about every id it has. */
  async #merge(query: VectorQuery, found: readonly Match[], options: CallOptions): Promise<Match[]> {
    const visible = (): Match[] => found.filter(({ id }) => !this.#tail.has(id))
    for (let asked = query.k; visible().length < query.k && found.length >= asked;) {
      asked *= 2
      found = (await this.#index.search([{ ...query, k: asked }], options))[0] ?? []
    }
    // Read after the last wait, so that no change falls between the index's answer and the tail's.
    const matches = [...visible(), ...this.#tail.search(query.vector, query.k, query.scope)]
    return matches.sort(compareMatches).slice(0, query.k)
  }

  async #readPage(): Promise<void> {
    await this.room()
    const after = this.#position
    const page = await this.#store.changes({ after, limit: this.#flushSize })
    // Void when a rebuild has set the position back meanwhile, or an own write has come further than the page.
    if (this.#position >= after && page.cursor > this.#position) this.#take(page)
  }

  /** The position is set back before the index forgets, so that a failure in between loses nothing. */
  async #clear(): Promise<void> {
    await Promise.allSettled(this.#searches)
    this.#tail.clear()
    this.#position = 0
    this.#indexed = 0
    await this.#index.clear()
  }

  #take(batch: LogBatch): void {
    this.#tail.add(batch)
    this.#position = batch.cursor
    this.#flushSoon()
  }

  #flushSoon(): void {
    if (this.#tail.size >= this.#flushSize) this.#flushInBackground()
    else if (this.#tail.size > 0) this.#flushLater(this.#flushAfterMs)
  }

  #flushLater(ms: number): void {
    if (this.#closed || this.#timer) return
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

  /** A call that waits for a flush sees its error itself. */
  async #flushForCaller(): Promise<void> {
    try {
      await this.#flushOnce()
    } catch (error) {
      this.#unseenError = undefined
      throw error
    }
  }

  /** Gives the index one stretch of the tail. One flush is under way at a time; a second caller joins it. */
  async #flushOnce(): Promise<void> {
    this.#refuseClosed()
    this.#flushing ??= this.#applyNext()
    return this.#flushing
  }

  async #applyNext(): Promise<void> {
    try {
      await this.#applyOldest()
    } catch (error) {
      this.#flushing = undefined
      this.#flushLater(Math.min(this.#flushAfterMs * 2 ** ++this.#failures, 60_000))
      throw error
    }
    this.#flushing = undefined
    this.#flushSoon()
  }

  async #applyOldest(): Promise<void> {
    await this.#held
    const cut = this.#tail.cut(this.#flushSize)
    // Changes that leave nothing to apply, such as of metadata alone, move only the cursor.
    const batch = cut?.batch ?? { upserts: [], deletes: [], cursor: this.#position }
    try {
      await this.#index.apply(batch)
    } catch (error) {
      this.#lastError = MemoryError.from(error, `The ${this.#index.name} index did not take a flush`)
      throw this.#lastError
    }
    this.#indexed = batch.cursor
    this.#flushes++
    this.#failures = 0
    this.#lastError = undefined
    this.#unseenError = undefined
    if (!cut) return
    // A search that is under way may have asked the index before this flush: it still needs the tail's word.
    await Promise.allSettled(this.#searches)
    this.#tail.drop(cut)
  }
}
