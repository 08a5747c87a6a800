import { nativeCall } from '@agentmem/core/adapter'
import type { Usearch } from './load-usearch.ts'

/** A buffer of codes, end to end. */
export type Codes = Int8Array<ArrayBuffer>

/** What a search of some rows finds, nearest first: places among the rows, and distances of one scale. */
export interface Found {
  readonly places: readonly number[]
  readonly distances: Float32Array
}

/**
 * A code is a vector with 8 bits a number: times 127 / its largest component, rounded. Codes are compared by the cosine, which
 * needs no common scale, with the SIMD instructions of usearch. They are a sieve: the true 10 nearest are among the 16
 * nearest codes, measured on clustered vectors of 384 dimensions.
 */
export class CodeScan {
  readonly #usearch: Usearch
  readonly #dimensions: number

  constructor(usearch: Usearch, dimensions: number) {
    this.#usearch = usearch
    this.#dimensions = dimensions
  }

  /** Writes the codes of vectors that lie end to end. */
  encode(vectors: Float32Array, into: Codes, start = 0): void {
    const dimensions = this.#dimensions
    for (let from = 0; from < vectors.length; from += dimensions) {
      let largest = 0
      for (let i = from; i < from + dimensions; i++)
        largest = Math.max(largest, Math.abs(vectors[i] as number))
      const scale = largest > 0 ? 127 / largest : 0
      for (let i = from; i < from + dimensions; i++) {
        const value = (vectors[i] as number) * scale
        into[start + i] = value < 0 ? value - 0.5 : value + 0.5
      }
    }
  }

  code(vector: Float32Array): Codes {
    const code = new Int8Array(this.#dimensions)
    this.encode(vector, code)
    return code
  }

  /** Returns the `wanted` nearest of the first `rows` codes. */
  nearest(codes: Codes, rows: number, query: Codes, wanted: number): Found {
    // usearch ignores where in its buffer an array begins, and reads it from the start.
    if (codes.byteOffset !== 0 || query.byteOffset !== 0)
      throw new RangeError('The codes begin inside of a buffer.')
    const { exactSearch, MetricKind } = this.#usearch
    const dataset = codes.subarray(0, rows * this.#dimensions)
    // A second thread gains nothing: it is started anew each time.
    const { keys, distances } = nativeCall(() =>
      exactSearch(dataset, query, this.#dimensions, Math.min(wanted, rows), MetricKind.Cos, 1),
    )
    return { places: Array.from(keys, Number), distances }
  }
}
