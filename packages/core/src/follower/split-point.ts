import type { LogBatch } from '../contracts/log.ts'
import { Tail } from './tail.ts'
import type { TailCut } from './tail.ts'

/**
 * Which part of a Store's log is searched where: the index holds it up to `indexed`, the tail has what follows,
 * up to `position`. Whatever takes something away from the tail waits for the searches that are under way: they
 * may have asked the index before it had that.
 */
export class SplitPoint {
  readonly tail: Tail
  #position = 0
  #indexed = 0
  #isTrusted = true
  /** How often the index was doubted. */
  #doubts = 0
  readonly #searches = new Set<Promise<unknown>>()
  #moving: Promise<void> | undefined

  constructor(dimensions: number) {
    this.tail = new Tail(dimensions)
  }

  /** The position in the log that the tail and the index together have reached. */
  get position(): number {
    return this.#position
  }

  /** The position that the index is known to have reached. */
  get indexed(): number {
    return this.#indexed
  }

  /** False when the index may hold a log that is there no more. The tail then takes the whole log, which hides it. */
  get isTrusted(): boolean {
    return this.#isTrusted
  }

  /** To be given to `trust`, which does nothing when the index was doubted again since. */
  get doubts(): number {
    return this.#doubts
  }

  /** Settled when searches may go on, undefined when they may at once. */
  get moving(): Promise<void> | undefined {
    return this.#moving
  }

  /** Takes in what follows in the log. */
  take(batch: LogBatch): void {
    this.tail.add(batch)
    this.#position = batch.cursor
  }

  /** The index holds what follows in the log already. */
  skip(cursor: number): void {
    this.#position = cursor
  }

  /** Runs a search; until it ends, nothing leaves the tail. */
  async search<T>(work: () => Promise<T>): Promise<T> {
    const searching = work()
    this.#searches.add(searching)
    try {
      return await searching
    } finally {
      this.#searches.delete(searching)
    }
  }

  /** Waits for the searches under way. */
  async searched(): Promise<void> {
    await Promise.allSettled(this.#searches)
  }

  /** The index holds the log up to here, by what this process has given it. */
  async flushed(cursor: number, cut: TailCut | undefined): Promise<void> {
    this.#indexed = cursor
    if (!cut) return
    await this.searched()
    this.tail.drop(cut)
  }

  /**
   * The index stands here by the hands of others. Where it has gone back, or past `position`, the tail is void, and
   * the log is to be read from here. Otherwise the tail loses what the index holds. No search begins meanwhile:
   * what was changed again since stands only in the part of the log that the next one is going to read.
   */
  async adopt(cursor: number, wentBack: boolean): Promise<void> {
    if (!this.#isTrusted) return
    // Nothing is taken away from an empty tail.
    if (this.tail.size === 0) return this.#place(cursor, wentBack)
    await this.#move(async () => {
      await this.searched()
      this.#place(cursor, wentBack)
    })
  }

  /** The Store has gone back: what was read is void, and what the index holds is to be compared before it counts. */
  async doubt(): Promise<void> {
    this.#doubts++
    await this.#move(async () => {
      await this.searched()
      this.#isTrusted = false
      this.#place(0, true)
    })
  }

  /** The index was found to hold the log up to here, or was made to. */
  async trust(cursor: number, doubts: number): Promise<void> {
    if (this.#isTrusted || doubts !== this.#doubts) return
    this.#isTrusted = true
    await this.adopt(cursor, false)
  }

  /** Everything is void, and the index is about to be emptied: before it is, so that a failure loses nothing. */
  async empty(clear: () => Promise<void>): Promise<void> {
    await this.#move(async () => {
      await this.searched()
      this.#place(0, true)
      await clear()
      this.#isTrusted = true
    })
  }

  #place(cursor: number, wentBack: boolean): void {
    if (!wentBack && cursor < this.#indexed) return
    if (wentBack || cursor > this.#position) {
      this.tail.clear()
      this.#position = cursor
    } else {
      this.tail.dropUpTo(cursor)
    }
    this.#indexed = cursor
  }

  async #move(work: () => Promise<void>): Promise<void> {
    while (this.#moving) await this.#moving
    const moving = work()
    this.#moving = moving.catch(() => undefined)
    await moving.finally(() => (this.#moving = undefined))
  }
}
