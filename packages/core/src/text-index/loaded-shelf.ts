import { inScope } from '../contracts/record.ts'
import type { Scope } from '../contracts/record.ts'
import type { TextEntry } from '../contracts/text-index.ts'
import { Shelf } from './shelf.ts'

/** Dead slots are given up once there are so many, and they are this share of all. */
const fewestDead = 256
const deadShare = 0.25

/** A shelf, the filter whose texts it has, and what it has been told of and has not taken in yet. */
export class LoadedShelf {
  readonly filter: Scope
  /** Settled when all texts of the filter are in. */
  loading: Promise<void> | undefined
  readonly #maxBytes: number
  #shelf: Shelf
  /** Texts to add, and ids to remove, oldest first. */
  #waiting: (TextEntry | string)[] = []

  constructor(
    filter: Scope,
    { subwords, maxBytes }: { readonly subwords: boolean; readonly maxBytes: number },
  ) {
    this.filter = filter
    this.#maxBytes = maxBytes
    this.#shelf = new Shelf(subwords)
  }

  /** The shelf, with everything taken in. */
  get current(): Shelf {
    this.takeIn(Infinity)
    return this.#shelf
  }

  get bytes(): number {
    return this.#shelf.bytes
  }

  get size(): number {
    return this.#shelf.size
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Tells of a text that the filter lets through. */
  upsert(entry: TextEntry): void {
    this.#waiting.push(entry)
  }

  delete(id: string): void {
    if (this.#waiting.length > 0 || this.#shelf.slotOf(id) !== undefined) this.#waiting.push(id)
  }

  /** Adds texts that were read from the Store, before what has been told meanwhile. */
  fill(entries: readonly TextEntry[]): void {
    for (const entry of entries) if (inScope(entry.scope, this.filter)) this.#shelf.add(entry)
    this.#fit()
  }

  /** Takes in what waits, for so many milliseconds. Returns whether nothing is left. */
  takeIn(milliseconds: number): boolean {
    if (this.loading) return true
    const end = milliseconds === Infinity ? Infinity : performance.now() + milliseconds
    let done = 0
    for (const change of this.#waiting) {
      if (end !== Infinity && done % 64 === 63 && performance.now() > end) break
      if (typeof change === 'string') this.#shelf.remove(change)
      else this.#shelf.add(change)
      done += 1
    }
    if (done === 0) return true
    this.#waiting = done === this.#waiting.length ? [] : this.#waiting.slice(done)
    this.#fit()
    return this.#waiting.length === 0
  }

  /** Leaves out the oldest where all would not fit, and dead slots where there are many. */
  #fit(): void {
    const dead = this.#shelf.slots - this.#shelf.size
    if (dead >= fewestDead && dead > this.#shelf.slots * deadShare) this.#shelf = this.#shelf.compacted()
    while (this.#shelf.size > 1 && this.#shelf.bytes > this.#maxBytes)
      this.#shelf = this.#shelf.withoutOldest(deadShare)
  }
}
