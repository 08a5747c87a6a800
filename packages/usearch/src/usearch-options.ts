import { optional, path, readOptions, whole } from '@agentmem/core/adapter'

export interface UsearchIndexOptions {
  /** The folder of the vectors, made when it is missing. Default: none; the vectors are gone with the process. */
  readonly path?: string | undefined
  /** Numbers in a vector, as many as those of the embedder. From 1 to 65,536. */
  readonly dimensions: number
  /** Scopes of at most this many vectors are always scanned. Up to 1,000,000; default 8,000. */
  readonly scanUpTo?: number | undefined
}

/** The settings of the thread. Sizes are in vectors. */
export interface UsearchSettings {
  readonly path: string | undefined
  readonly dimensions: number
  readonly scanUpTo: number
  /** The most in a segment. */
  readonly segmentRows: number
  /** The most rows whose codes lie in one buffer: a part of `segmentRows`. */
  readonly blockRows: number
  /** A smaller segment has no graph. */
  readonly graphRows: number
  /** A candidate of a graph costs as much as a scan of so many codes. */
  readonly graphCost: number
  /** Changes after which a snapshot is taken, before there is a pause. */
  readonly snapshotAfter: number
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function readUsearchOptions(options: UsearchIndexOptions): UsearchSettings {
  const read = readOptions('openUsearchIndex', options, {
    path: optional(path('memories.usearch')),
    dimensions: whole(1, 65_536),
    scanUpTo: whole(0, 1_000_000, 8_000),
  })
  // The graph of a segment is built in memory: its codes and links, up to 200 MB.
  const blockRows = Math.min(65_536, Math.floor(2 ** 25 / read.dimensions))
  const sizes = { segmentRows: 4 * blockRows, blockRows, graphRows: Math.ceil(blockRows / 4) }
  return { ...read, ...sizes, graphCost: 250, snapshotAfter: 20_000 }
}
