import { optional, path, readOptions, whole } from '@agentmem/core/adapter'
import type { HnswSettings } from './hnsw-settings.ts'

export interface HnswIndexOptions {
  /** The folder of the snapshots, made when it is missing. Default: none; the index lives in memory only. */
  readonly path?: string | undefined
  /** Numbers in a vector, as many as those of the embedder. From 1 to 65,536. */
  readonly dimensions: number
  /** Links of a vector to its neighbours in the graph, from 2 to 512; the lowest level has twice as many. Default 24. */
  readonly m?: number | undefined
  /**
   * Candidates compared when a vector is linked, from 1 to 10,000: more find better neighbours and build slower.
   * Default 48.
   */
  readonly efConstruction?: number | undefined
  /** Candidates kept by a search, from 1 to 10,000: more find more of the true neighbours, slower. Default 512. */
  readonly efSearch?: number | undefined
  /** Scopes of at most this size are scanned exactly; an index no larger has no graph. Up to 1,000,000; default 4,000. */
  readonly exactUpTo?: number | undefined
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. The bounds are those of hnswlib and of a 32-bit count. */
export function readHnswOptions(options: HnswIndexOptions): HnswSettings {
  return readOptions('openHnswIndex', options, {
    path: optional(path('memories.hnsw')),
    dimensions: whole(1, 65_536),
    m: whole(2, 512, 24),
    efConstruction: whole(1, 10_000, 48),
    efSearch: whole(1, 10_000, 512),
    exactUpTo: whole(0, 1_000_000, 4_000),
  })
}
