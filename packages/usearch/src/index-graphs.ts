import { inTurn } from '@agentmem/core/adapter'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GraphBuilder } from './graph-builder.ts'
import { SegmentGraph } from './segment-graph.ts'
import type { Segment } from './segment.ts'
import type { SegmentedVectors } from './segmented-vectors.ts'

export interface GraphSettings {
  readonly directory: string
  readonly path: string | undefined
  /** A smaller segment has no graph. */
  readonly graphRows: number
}

/** The graphs of sealed segments. None is built before one is wanted: small scopes are scanned without them. */
export class IndexGraphs {
  readonly #vectors: SegmentedVectors
  readonly #settings: GraphSettings
  readonly #builder = new GraphBuilder()
  readonly #turn = inTurn()
  /** Called when a graph has been built and is searched. */
  onBuilt: () => void = () => undefined
  #areWanted = false
  #isWaiting = false

  constructor(vectors: SegmentedVectors, settings: GraphSettings) {
    this.#vectors = vectors
    this.#settings = settings
  }

  get areWanted(): boolean {
    return this.#areWanted
  }

  /** A scan of fewer takes half a millisecond. */
  get areWorthIt(): boolean {
    return this.#vectors.slots.size >= 2 * this.#settings.graphRows
  }

  /** From now on graphs are kept up. Returns whether some are missing, and nothing is about to build them. */
  want(): boolean {
    this.#areWanted = true
    return !this.#isWaiting && this.#next() !== undefined
  }

  /** Builds what is missing, segment by segment. */
  build(threads: number): Promise<void> {
    this.#areWanted = true
    this.#isWaiting = true
    return this.#turn(async () => {
      try {
        for (let segment; (segment = this.#next());) {
          if (!(await this.#buildOne(segment, threads))) break
        }
      } finally {
        this.#isWaiting = false
      }
    })
  }

  /** Closes or removes files once no builder reads them. */
  afterBuilding(work: () => Promise<void>): Promise<void> {
    return this.#turn(work)
  }

  /** Gives up the graph that is being built. */
  stop(): Promise<void> {
    return this.#builder.stop()
  }

  #next(): Segment | undefined {
    return this.#vectors.segments.find(
      ({ isSealed, graph, count }) => isSealed && !graph && count >= this.#settings.graphRows,
    )
  }

  /** Returns false when it was stopped. */
  async #buildOne(segment: Segment, threads: number): Promise<boolean> {
    const { files, count: rows } = segment
    const { dimensions } = this.#vectors
    const name = `graph-${randomUUID()}`
    const file = join(this.#settings.directory, name)
    const { fd, crc32 } = files.vectors
    const facts = await this.#builder.build({ fd, rows, crc32, dimensions, file, threads })
    if (!facts) return false
    segment.graph = await SegmentGraph.open(file, dimensions, rows)
    files.graph = { name, ...facts }
    this.onBuilt()
    // Mapped, it needs no name where the other files have none.
    if (this.#settings.path === undefined && process.platform !== 'win32') await rm(file)
    return true
  }
}
