/** What a single graph is asked for at least: most find all of the true 10 with half of it, some miss a cluster. */
const breadth = 128
/** What a graph costs beside its candidates, in candidates. */
const graphStart = 20
/** Of a smaller part, a graph that is asked for enough finds too few: it is narrow, and looks among what is near. */
const smallestShare = 1 / 8
/** A code that lies anywhere costs as much as so many that lie in a row. */
const gatherCost = 20
/** Bytes of codes that the cache of a processor may hold from one search to the next. */
const cachedBytes = 2 ** 26
/** Codes that come from memory cost so many times as much in a row, and candidates of graphs. */
const [farCode, farCandidate] = [3.5, 1.8] as const

/** What is asked, counted in vectors. */
export interface SearchSize {
  /** Candidates from which the matches are chosen. */
  readonly wanted: number
  /** In the scope. */
  readonly count: number
  /** In all segments, dead ones as well. */
  readonly rows: number
  readonly segments: number
  /** Of codes: each is scanned by itself. */
  readonly blocks: number
  readonly dimensions: number
}

export interface PlanSettings {
  /** Scopes of at most this size are gathered. */
  readonly scanUpTo: number
  /** A candidate of a graph costs as much as a scan of so many codes. */
  readonly graphCost: number
}

export interface SearchPlan {
  /** The codes of the scope alone, all codes, or graphs where there are any. */
  readonly way: 'gather' | 'scan' | 'graphs'
  /** Candidates of a segment that is scanned. */
  readonly each: number
  /** Candidates of a graph. */
  readonly eachGraph: number
}

/**
 * Chooses the cheapest way. Each block or graph is asked for so many that enough of them are in the scope, however the scope
 * lies among them. Measured at 384 dimensions: 20 ns for a code in a row of 100,000 and 75 ns of a million, 0.4 µs for one
 * anywhere, 5 µs for a candidate of a graph of 100,000 and 9 µs of those of a million.
 */
export function planSearch(
  { wanted, count, rows, segments, blocks, dimensions }: SearchSize,
  { scanUpTo, graphCost }: PlanSettings,
): SearchPlan {
  const spread = Math.sqrt(segments)
  const inAll = (wanted * rows) / count
  const each = Math.ceil(Math.max(wanted, (1.5 * inAll) / Math.sqrt(blocks)))
  // Of many graphs each has few of the nearest, and those are found more easily. A graph misses some of what it is asked.
  const eachGraph = Math.ceil(Math.max(wanted, breadth / spread, (2 * inAll) / spread))
  const isFar = rows * dimensions > cachedBytes
  const scan = rows * (isFar ? farCode : 1)
  const candidates = segments * (eachGraph + graphStart)
  const graphs = count < smallestShare * rows ? Infinity : candidates * graphCost * (isFar ? farCandidate : 1)
  const gather = count <= scanUpTo ? 0 : gatherCost * count
  const way = gather <= Math.min(scan, graphs) ? 'gather' : graphs < scan ? 'graphs' : 'scan'
  return { way, each, eachGraph }
}
