import type { Match } from '../contracts/vector-index.ts'

/** Orders matches: higher scores first, equal scores by ascending id. */
export function compareMatches(a: Match, b: Match): number {
  return b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** Keeps the k best of any number of matches, in a binary heap whose root is the worst that is kept. */
export class TopK {
  readonly #k: number
  readonly #heap: Match[] = []

  constructor(k: number) {
    this.#k = k
  }

  /** The score below which no match is kept any more. */
  get threshold(): number {
    return this.#heap.length < this.#k ? -Infinity : (this.#heap[0]?.score ?? Infinity)
  }

  push(id: string, score: number): void {
    if (score < this.threshold) return
    const match = { id, score }
    if (this.#heap.length < this.#k) {
      this.#heap.push(match)
      this.#siftUp(this.#heap.length - 1)
    } else if (this.#k > 0 && this.#worse(0, match)) {
      this.#heap[0] = match
      this.#siftDown()
    }
  }

  /** Returns the kept matches, best first. */
  sorted(): Match[] {
    return this.#heap.toSorted(compareMatches)
  }

  /** True when the match at `index` ranks behind `match`. */
  #worse(index: number, match: Match): boolean {
    const held = this.#heap[index]
    return held !== undefined && compareMatches(held, match) > 0
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i], this.#heap[j]]
    if (a && b) [this.#heap[i], this.#heap[j]] = [b, a]
  }

  #siftUp(start: number): void {
    for (let i = start; i > 0;) {
      const parent = (i - 1) >> 1
      const held = this.#heap[i]
      if (!held || this.#worse(parent, held) || held === this.#heap[parent]) return
      this.#swap(i, parent)
      i = parent
    }
  }

  #siftDown(): void {
    for (let i = 0; ;) {
      let worst = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        const held = this.#heap[worst]
        if (held && this.#worse(child, held)) worst = child
      }
      if (worst === i) return
      this.#swap(i, worst)
      i = worst
    }
  }
}
