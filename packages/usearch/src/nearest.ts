import { inScope, innerProduct, TopK } from '@agentmem/core/adapter'
import type { Match, Scope } from '@agentmem/core/adapter'
import type { Codes, Found } from './code-scan.ts'
import { planSearch } from './plan-search.ts'
import type { PlanSettings, SearchPlan } from './plan-search.ts'
import type { Segment } from './segment.ts'
import type { SegmentedVectors } from './segmented-vectors.ts'

/** Codes gathered and scanned at a time: as many as stay in the cache of the processor. */
const gatherRows = 1_024
/** A slot that may be among the nearest; distances are of one scale. */
interface Candidate {
  readonly slot: number
  readonly distance: number
}

/**
 * Finds the nearest of a scope by its codes, or by graphs where segments have them, and scores those that may be by
 * the vectors themselves. So each score is as exact as a scan of the vectors would give it; one of the nearest may be
 * missed.
 */
export class Nearest {
  readonly #vectors: SegmentedVectors
  readonly #settings: PlanSettings
  readonly #gathered: Codes
  readonly #vector: Float32Array<ArrayBuffer>
  /** Called when a search would ask a graph that is not there. */
  onMissingGraph: () => void = () => undefined

  constructor(vectors: SegmentedVectors, settings: PlanSettings) {
    this.#vectors = vectors
    this.#settings = settings
    this.#gathered = new Int8Array(gatherRows * vectors.dimensions)
    this.#vector = new Float32Array(vectors.dimensions)
  }

  /** Returns at most k matches, best first. */
  search(vector: Float32Array, k: number, scope: Scope): Match[] {
    const { slots } = this.#vectors
    const count = slots.count(scope)
    // So many by codes have the true k among them; 3.6 k for k = 10.
    const wanted = Math.min(2 * k + 16, count)
    const best = new TopK(k)
    for (const slot of this.#candidates(vector, k, wanted, count, scope)) {
      this.#vectors.readSlot(slot, this.#vector)
      best.push(slots.idOf(slot) as string, innerProduct(vector, this.#vector, 0))
    }
    return best.sorted()
  }

  #candidates(
    vector: Float32Array,
    k: number,
    wanted: number,
    count: number,
    scope: Scope,
  ): Iterable<number> {
    if (count <= wanted) return this.#slotsOf(scope)
    const { segments } = this.#vectors
    const rows = segments.reduce((sum, segment) => sum + segment.count, 0)
    const blocks = segments.reduce((sum, segment) => sum + segment.blockCount, 0)
    const { dimensions } = this.#vectors
    const size = { wanted, count, rows, segments: segments.length, blocks, dimensions }
    const plan = planSearch(size, this.#settings)
    const code = this.#vectors.scan.code(vector)
    if (plan.way !== 'gather') {
      const found = this.#askAll(vector, code, wanted, plan, scope)
      // What is near the query may be out of the scope, in whole clusters: then the scope itself is scanned.
      if (found.length >= Math.min(1.5 * k + 8, wanted)) return found
    }
    return nearestOf(this.#distances(code, wanted, this.#slotsOf(scope)), wanted)
  }

  *#slotsOf(scope: Scope): Generator<number> {
    for (const slots of this.#vectors.slots.visible(scope)) yield* slots
  }

  #askAll(
    vector: Float32Array,
    code: Codes,
    wanted: number,
    { way, each, eachGraph }: SearchPlan,
    scope: Scope,
  ): number[] {
    const { segments } = this.#vectors
    const found: Candidate[] = []
    const near: number[] = []
    const scan = (segment: Segment): void => {
      for (const { codes, rows, base } of segment.blocks())
        found.push(...this.#visible(this.#vectors.scan.nearest(codes, rows, code, each), base, scope))
      if (way === 'graphs') this.onMissingGraph()
    }
    // The graphs search while the others are scanned.
    const asked = segments.filter(({ graph }) => graph && way === 'graphs')
    for (const { graph, count } of asked) graph?.ask(vector, Math.min(eachGraph, count))
    for (const segment of segments) if (!asked.includes(segment)) scan(segment)
    for (const segment of asked) {
      const ofGraph = segment.graph?.found()
      if (ofGraph) for (const { slot } of this.#visible(ofGraph, segment.base, scope)) near.push(slot)
      else {
        void segment.dropGraph()
        scan(segment)
      }
    }
    // A graph measures on another scale, and less exactly.
    return nearestOf([...found, ...this.#distances(code, wanted, near)], wanted)
  }

  #visible({ places, distances }: Found, base: number, scope: Scope): Candidate[] {
    return Array.from(places, (place, i) => ({
      slot: base + place,
      distance: distances[i] as number,
    })).filter(({ slot }) => {
      const owner = this.#vectors.slots.scopeOf(slot)
      return owner && inScope(owner, scope)
    })
  }

  /** Copies the codes of these slots together, some at a time, and scans them; gives the `wanted` nearest of each time. */
  #distances(code: Codes, wanted: number, slots: Iterable<number>): Candidate[] {
    const { scan, dimensions } = this.#vectors
    const found: Candidate[] = []
    let gathered: number[] = []
    const scanGathered = (): void => {
      const { places, distances } = scan.nearest(this.#gathered, gathered.length, code, wanted)
      for (const [i, place] of places.entries()) {
        found.push({ slot: gathered[place] as number, distance: distances[i] as number })
      }
      gathered = []
    }
    for (const slot of slots) {
      const segment = this.#vectors.segmentOf(slot)
      segment.copyCode(slot - segment.base, this.#gathered, gathered.length * dimensions)
      if (gathered.push(slot) === gatherRows) scanGathered()
    }
    if (gathered.length > 0) scanGathered()
    return found
  }
}

function nearestOf(candidates: Candidate[], wanted: number): number[] {
  return candidates
    .sort((a, b) => a.distance - b.distance)
    .slice(0, wanted)
    .map(({ slot }) => slot)
}
