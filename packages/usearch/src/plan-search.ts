/** What a single graph is asked for at least: most find all of the true 10 with half of it, some miss a cluster. */
const breadth = 160
/** What a graph costs beside its candidates, in candidates. */
const graphStart = 20
/** Of a smaller part, a graph that is asked for enough finds too few: it is narrow, and looks among what is near. */
const smallestShare = 1 / 8
/** Codes that lie anywhere cost as much as so many that lie in a row. */
const gatherCost = 16

/** What is asked, counted in vectors. */
export interface SearchSize {
  /** Candidates from which the matches are chosen. */
  readonly wanted: number
  /** In the scope. */
  readonly count: number
  /** In all segments, dead ones as well. */
  readonly rows: number
  readonly segments: number
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
 * Chooses the cheapest way. Each segment is asked for so many that enough of them are in the scope, however the scope
 * lies among segments. Measured at 384 dimensions: 20 ns for a code in a row, 9 µs for a
 * candidate of the graphs of a million.
 */
export function planSearch(
  { wanted, count, rows, segments }: SearchSize,
  { scanUpTo, graphCost }: PlanSettings,
): SearchPlan {
  const spread = Math.sqrt(segments)
  const inAll = (wanted * rows) / count
  const each = Math.ceil(Math.max(wanted, (1.5 * inAll) / spread))
  // Of many graphs each has few of the nearest, and those are found more easily. A graph misses some of what it is asked.
  const eachGraph = Math.ceil(Math.max(wanted, breadth / spread, (2 * inAll) / spread))
  const graphs = count < smallestShare * rows ? Infinity : graphCost * segments * (eachGraph + graphStart)
  const gather = count <= scanUpTo ? 0 : gatherCost * count
  const way = gather <= Math.min(rows, graphs) ? 'gather' : graphs < rows ? 'graphs' : 'scan'
  return { way, each, eachGraph }
}
