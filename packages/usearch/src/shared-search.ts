import type { Found } from './code-scan.ts'

/** A graph is asked for no more: a search that needs more is cheaper as a scan. */
const mostWanted = 4_096
/** A search of a graph takes some milliseconds; a thread that answers none for so long is gone. */
const longestWaitMs = 5_000

/** The numbers at the start: the state, how many are wanted, how many were found. */
const [state, wanted, found] = [0, 1, 2]
const headNumbers = 4
/** At the start it is none of these. */
const [asked, answered, failed] = [1, 2, 3]

/**
 * The memory by which one thread searches in another, a question at a time. The thread that asks goes on with other work, and
 * then waits without its event loop: a search is one piece of work, in which nothing changes.
 */
export class SharedSearch {
  readonly buffer: SharedArrayBuffer
  readonly #head: Int32Array
  readonly #vector: Float32Array
  readonly #places: Uint32Array
  readonly #distances: Float32Array

  /** `buffer`: that of the other thread. */
  constructor(
    dimensions: number,
    buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * (headNumbers + dimensions + 2 * mostWanted)),
  ) {
    this.buffer = buffer
    this.#head = new Int32Array(buffer, 0, headNumbers)
    this.#vector = new Float32Array(buffer, 4 * headNumbers, dimensions)
    const places = 4 * (headNumbers + dimensions)
    this.#places = new Uint32Array(buffer, places, mostWanted)
    this.#distances = new Float32Array(buffer, places + 4 * mostWanted, mostWanted)
  }

  /** Asks for the `most` nearest. */
  ask(vector: Float32Array, most: number): void {
    // Whoever asked before may have failed before it heard the answer.
    if (Atomics.load(this.#head, state) === asked) this.answer()
    this.#vector.set(vector)
    this.#head[wanted] = Math.min(most, mostWanted)
    this.#turn(asked)
  }

  /** Waits for the answer to what was asked. Undefined when the other thread has failed, or answers no more. */
  answer(): Found | undefined {
    const deadline = performance.now() + longestWaitMs
    for (let left; Atomics.load(this.#head, state) === asked && (left = deadline - performance.now()) > 0;)
      Atomics.wait(this.#head, state, asked, left)
    if (Atomics.load(this.#head, state) !== answered) return undefined
    const count = this.#head[found] ?? 0
    return { places: Array.from(this.#places.subarray(0, count)), distances: this.#distances.slice(0, count) }
  }

  /** Answers questions until `search` throws. The thread does nothing else any more; it is ended from outside. */
  serve(search: (vector: Float32Array, most: number) => Found): void {
    try {
      for (;;) {
        for (let now; (now = Atomics.load(this.#head, state)) !== asked;) Atomics.wait(this.#head, state, now)
        const { places, distances } = search(this.#vector.slice(), this.#head[wanted] ?? 0)
        this.#places.set(places)
        this.#distances.set(distances)
        this.#head[found] = places.length
        this.#turn(answered)
      }
    } finally {
      this.#turn(failed)
    }
  }

  #turn(to: number): void {
    Atomics.store(this.#head, state, to)
    Atomics.notify(this.#head, state)
  }
}
