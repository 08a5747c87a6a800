import { inScope, ScopedVectors, TopK, vectorAt } from '@agentmem/core/adapter'
import type { Match, PackedBatch, Scope } from '@agentmem/core/adapter'
import { HnswGraph } from './hnsw-graph.ts'
import type { HierarchicalNswClass } from './load-hnswlib.ts'
import type { HnswSettings } from './hnsw-settings.ts'

/**
 * A scan gets slower with the size of a scope, the graph with the share of vectors outside the scope, and with `efSearch`. Both
 * take the same time where the scope's size times its share of all vectors is about this number times `efSearch`: measured at 384
 * dimensions and 100,000 vectors, where it is a scope of 21,000.
 */
const crossover = 9

/**
 * The vectors, and a graph over them once there are more than `exactUpTo`. Generator methods do a
 * little work each time they are resumed; searches in between see the change half done.
 */
export class GraphedVectors {
  readonly vectors: ScopedVectors
  cursor = 0
  slot: string | undefined
  graph: HnswGraph | undefined
  readonly #settings: HnswSettings
  readonly #HierarchicalNsw: HierarchicalNswClass

  constructor(settings: HnswSettings, HierarchicalNsw: HierarchicalNswClass) {
    this.vectors = new ScopedVectors(settings.dimensions)
    this.#settings = settings
    this.#HierarchicalNsw = HierarchicalNsw
  }

  /**
   * True when the graph is missing, or has more deleted labels than live ones: a search then passes through
   * two for each that it may return.
   */
  get needsGraph(): boolean {
    const { graph } = this
    return graph ? graph.deleted > graph.size : this.vectors.size > this.#settings.exactUpTo
  }

  *apply({ ids, scopes, scopeOf, vectors, deletes, cursor, slot }: PackedBatch): Generator<void> {
    for (const [i, id] of ids.entries()) {
      const scope = scopes[scopeOf[i] ?? 0]
      if (!scope) throw new RangeError(`The batch has no scope for entry ${i}.`)
      const vector = vectorAt(vectors, i, this.#settings.dimensions)
      this.vectors.set({ id, scope, vector })
      if (this.graph) this.graph.set(id, vector)
      else if (this.needsGraph) yield* this.buildGraph()
      yield
    }
    for (const id of deletes) {
      this.vectors.delete(id)
      this.graph?.delete(id)
      yield
    }
    this.cursor = cursor
    this.slot = slot
  }

  /** A new graph without deleted labels; the old one answers until it is ready. */
  *buildGraph(): Generator<void> {
    const graph = HnswGraph.empty(this.#HierarchicalNsw, this.#settings, this.vectors.size)
    for (const id of this.vectors.ids()) {
      const vector = this.vectors.get(id)
      if (vector) graph.set(id, vector)
      yield
    }
    this.graph = graph.size > this.#settings.exactUpTo ? graph : undefined
  }

  /**
   * Scans the scope where a scan is as fast as the graph; elsewhere the graph gives the candidates.
   * Every score is computed from the vector itself, so both ways give the same score.
   */
  search(vector: Float32Array, k: number, scope: Scope): Match[] {
    const { graph, vectors } = this
    const count = vectors.count(scope)
    if (!graph || this.#isScanned(count, k)) return vectors.search(vector, k, scope)
    const share = count / vectors.size
    const isVisible = (id: string): boolean => {
      const owner = vectors.scopeOf(id)
      return owner !== undefined && inScope(owner, scope)
    }
    // A filtered search goes on until it has `ef` of the scope. It is led away by what is near and not in the scope: among
    // texts that are alike, as many as an unfiltered search keeps miss the text itself.
    const ef = Math.max(Math.ceil(this.#settings.efSearch / Math.sqrt(share)), 2 * k)
    // Twice as many as asked for, so that rounding in hnswlib's float distance cannot push one out.
    const candidates = Math.min(2 * k + 16, ef)
    const best = new TopK(k)
    for (const id of graph.search(vector, candidates, ef, share < 1 ? isVisible : undefined)) {
      const score = vectors.score(vector, id)
      if (score !== undefined) best.push(id, score)
    }
    return best.sorted()
  }

  /** For a large k the graph would visit most of the scope anyway. */
  #isScanned(count: number, k: number): boolean {
    const all = this.vectors.size
    if (count <= this.#settings.exactUpTo || count <= 8 * k) return true
    return count < all && count * (count / all) <= crossover * this.#settings.efSearch
  }

  /** Reads a graph that was written over the same vectors. */
  readGraph(file: string, labels: ReadonlyMap<string, number>): void {
    this.graph = HnswGraph.read(this.#HierarchicalNsw, this.#settings.dimensions, file, labels)
  }

  clear(): void {
    this.vectors.clear()
    this.graph = undefined
    this.cursor = 0
    this.slot = undefined
  }
}
