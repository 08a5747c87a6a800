import { nativeCall } from '@agentmem/core/adapter'
import type { Index } from 'usearch'
import type { Found } from './code-scan.ts'
import type { Usearch } from './load-usearch.ts'

/**
 * An index of usearch, empty. Its vectors have 8 bits a number. An expansion of 128 when vectors are added takes three
 * times as long as 48, and finds what 48 does not: of 40,000 vectors in small clusters, searches for 64 had 1.000 of the
 * true 10 in place of 0.881. 256 takes twice as long again and finds no more.
 */
export function emptyGraph({ Index, MetricKind, ScalarKind }: Usearch, dimensions: number): Index {
  const settings = {
    dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.I8,
    connectivity: 24,
    expansion_add: 128,
    // What is asked for decides: it compares as many candidates.
    expansion_search: 16,
    multi: false,
  }
  return nativeCall(() => new Index(settings))
}

/** The graph of a segment, mapped from its file. It never changes: usearch loses links where vectors are removed. */
export class SegmentGraph {
  readonly #index: Index

  private constructor(index: Index) {
    this.#index = index
  }

  /** The file has been checked: usearch reads a damaged one until the process ends. Throws when the size is wrong. */
  static open(usearch: Usearch, dimensions: number, file: string, rows: number): SegmentGraph {
    const index = emptyGraph(usearch, dimensions)
    nativeCall(() => index.view(file))
    if (index.size() !== rows) throw new Error(`the graph has ${index.size()} vectors instead of ${rows}`)
    return new SegmentGraph(index)
  }

  /** Returns about the `wanted` nearest; the graph may miss some. */
  nearest(vector: Float32Array, wanted: number): Found {
    const { keys, distances } = nativeCall(() => this.#index.search(vector, wanted, 1))
    return { places: Array.from(keys, Number), distances }
  }
}
