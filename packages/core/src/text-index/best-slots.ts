import { compareCodePoints } from '../contracts/evaluate-where.ts'

/** A slot with its score. */
export interface ScoredSlot {
  readonly slot: number
  readonly score: number
}

/** Keeps the k slots of the greatest scores; of equal scores, those of the smaller ids. */
export class BestSlots {
  readonly #k: number
  readonly #ids: readonly string[]
  #kept: ScoredSlot[] = []
  /** The score of the k-th: what is below it is no longer kept. */
  floor: number = 0

  constructor(k: number, ids: readonly string[]) {
    this.#k = k
    this.#ids = ids
  }

  add(slot: number, score: number): void {
    if (score < this.floor || score <= 0) return
    this.#kept.push({ slot, score })
    // Sorting at times is cheaper than a heap: few of the scores past the first ones come in.
    if (this.#kept.length >= 4 * this.#k + 64) this.#cut()
  }

  sorted(): readonly ScoredSlot[] {
    this.#cut()
    return this.#kept
  }

  #cut(): void {
    this.#kept.sort(
      (a, b) =>
        b.score - a.score || compareCodePoints(this.#ids[a.slot] as string, this.#ids[b.slot] as string),
    )
    if (this.#kept.length > this.#k) this.#kept = this.#kept.slice(0, this.#k)
    if (this.#kept.length === this.#k) this.floor = this.#kept.at(-1)?.score ?? 0
  }
}
