import { inTurn, packVectors, runInSlices, vectorAt } from '@agentmem/core/adapter'
import type {
  IndexInThread,
  IndexStats,
  Match,
  PackedBatch,
  PackedFound,
  PackedQueries,
} from '@agentmem/core/adapter'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { CodeScan } from './code-scan.ts'
import { IndexGraphs } from './index-graphs.ts'
import { IndexSnapshots } from './index-snapshots.ts'
import { loadUsearch } from './load-usearch.ts'
import type { Usearch } from './load-usearch.ts'
import { Nearest } from './nearest.ts'
import type { Segment } from './segment.ts'
import { SegmentedVectors } from './segmented-vectors.ts'
import type { UsearchSettings } from './usearch-options.ts'

/** After this pause what has changed is saved. */
const quietMs = 2_000

/**
 * The work of the search thread. Searches and reads are answered at once. Changes are jobs: they run one after the
 * other, in slices between which searches are answered. Saving and building graphs go on beside them.
 */
export class IndexService implements IndexInThread {
  readonly #settings: UsearchSettings
  readonly #directory: string
  readonly #vectors: SegmentedVectors
  readonly #nearest: Nearest
  readonly #graphs: IndexGraphs
  /** Undefined where nothing is to outlive the process. */
  readonly #snapshots: IndexSnapshots | undefined
  #rebuiltBecause: string | undefined
  readonly #job = inTurn()
  readonly #saving = inTurn()
  /** Segments that the last header may still name. */
  #garbage: Segment[] = []
  #closing = false
  #unsaved = 0
  /** Changes since a snapshot was last tried: one that fails is not tried again at once. */
  #untried = 0
  #backgroundError: string | undefined
  #quiet: NodeJS.Timeout | undefined

  private constructor(
    settings: UsearchSettings,
    usearch: Usearch,
    directory: string,
    snapshots: IndexSnapshots | undefined,
  ) {
    const { dimensions, path } = settings
    this.#settings = settings
    this.#directory = directory
    this.#snapshots = snapshots
    const scan = new CodeScan(usearch, dimensions)
    this.#vectors = new SegmentedVectors({ ...settings, directory, named: path !== undefined }, scan)
    this.#nearest = new Nearest(this.#vectors, settings)
    this.#graphs = new IndexGraphs(this.#vectors, { ...settings, directory })
    this.#nearest.onMissingGraph = () => this.#wantGraphs()
    // Each is worth seconds: one that is not in the header when the process ends is built again.
    this.#graphs.onBuilt = () => {
      this.#unsaved++
      if (!this.#closing) this.#saveSoon()
    }
  }

  /** Throws `NOT_INSTALLED` when usearch cannot be loaded. */
  static async open(settings: UsearchSettings): Promise<IndexService> {
    const usearch = await loadUsearch()
    const { path } = settings
    const directory = path ?? (await mkdtemp(join(tmpdir(), 'agentmem-usearch-')))
    const snapshots = path === undefined ? undefined : await IndexSnapshots.open(path)
    const service = new IndexService(settings, usearch, directory, snapshots)
    await service.#load()
    return service
  }

  async apply(batch: PackedBatch): Promise<void> {
    await this.#job(async () => {
      await runInSlices(this.#vectors.apply(batch))
      const changes = batch.ids.length + batch.deletes.length
      this.#unsaved += Math.max(changes, 1)
      this.#untried += changes
    })
    this.#keepUp()
  }

  search({ vectors, ks, scopes }: PackedQueries): Match[][] {
    return scopes.map((scope, i) =>
      this.#nearest.search(vectorAt(vectors, i, this.#settings.dimensions), ks[i] ?? 0, scope),
    )
  }

  get(ids: readonly string[]): PackedFound {
    const { dimensions } = this.#settings
    const held = ids.flatMap(id => {
      const vector = new Float32Array(dimensions)
      return [this.#vectors.read(id, vector) ? vector : undefined]
    })
    const vectors = held.filter(vector => vector !== undefined)
    return { found: held.map(vector => vector !== undefined), vectors: packVectors(vectors, dimensions) }
  }

  cursor(): number {
    return this.#vectors.cursor
  }

  slot(): string | undefined {
    return this.#vectors.slot
  }

  async clear(): Promise<void> {
    await this.#job(async () => {
      this.#vectors.clear()
      await this.#saving(async () => {
        await this.#snapshots?.clear()
        this.#unsaved = 0
        this.#untried = 0
        this.#remove(this.#takeGarbage())
      })
    })
  }

  async optimize(): Promise<void> {
    await this.#job(async () => {
      this.#sealWhereWorthIt()
      await this.#compact(this.#vectors.mergeable())
      this.#sealWhereWorthIt()
    })
    if (this.#graphs.areWorthIt) await this.#buildGraphs(availableParallelism())
    await this.#save()
  }

  stats(): IndexStats {
    const { segments, slots } = this.#vectors
    return {
      vectors: slots.size,
      segments: segments.length,
      graphVectors: segments.reduce((sum, { graph, count }) => sum + (graph ? count : 0), 0),
      deadVectors: segments.reduce((sum, { count, live }) => sum + count - live, 0),
      unsavedChanges: this.#snapshots && this.#unsaved,
      bytesOnDisk: segments.reduce((sum, { files }) => sum + files.bytes, 0),
      rebuiltBecause: this.#rebuiltBecause,
      backgroundError: this.#backgroundError,
      scanUpTo: this.#settings.scanUpTo,
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#quiet)
    try {
      await this.#graphs.stop()
      // The last graph may just be there.
      await this.#graphs.afterBuilding(async () => undefined)
      await this.#job(() => this.#save())
    } finally {
      await Promise.all(this.#vectors.segments.map(segment => segment.close()))
      if (!this.#snapshots) await rm(this.#directory, { recursive: true, force: true })
    }
  }

  async #load(): Promise<void> {
    const loaded = await this.#snapshots?.load(this.#vectors)
    this.#rebuiltBecause = loaded?.rebuiltBecause
    if (loaded?.wantsGraphs) this.#wantGraphs()
  }

  /** What is due after a change. */
  #keepUp(): void {
    if (this.#vectors.wasteful().length > 0) {
      this.#inBackground(() =>
        this.#job(async () => (this.#closing ? undefined : this.#compact(this.#vectors.wasteful()))),
      )
    }
    if (this.#graphs.areWanted) this.#wantGraphs()
    clearTimeout(this.#quiet)
    if (this.#untried >= this.#settings.snapshotAfter) this.#saveSoon()
    else this.#quiet = setTimeout(() => this.#saveSoon(), quietMs)
  }

  /** Builds the graphs that are missing in the background, and those of later segments from now on. */
  #wantGraphs(): void {
    if (this.#closing || !this.#graphs.want()) return
    this.#inBackground(() => this.#buildGraphs(1))
  }

  async #buildGraphs(threads: number): Promise<void> {
    await this.#graphs.build(threads)
  }

  /** So that what the open segment holds gets a graph. */
  #sealWhereWorthIt(): void {
    if (this.#graphs.areWorthIt && this.#vectors.openRows >= this.#settings.graphRows) this.#vectors.seal()
  }

  async #compact(segments: readonly Segment[]): Promise<void> {
    if (segments.length === 0) return
    await runInSlices(this.#vectors.compact(segments))
    this.#unsaved++
    this.#saveSoon()
  }

  #saveSoon(): void {
    this.#untried = 0
    this.#inBackground(() => this.#save())
  }

  async #save(): Promise<void> {
    await this.#saving(async () => {
      const garbage = this.#takeGarbage()
      try {
        const saved = this.#unsaved
        if (this.#snapshots && saved > 0) {
          await this.#snapshots.save(this.#vectors, this.#graphs.areWanted)
          this.#unsaved -= saved
          this.#backgroundError = undefined
        }
      } catch (error) {
        this.#garbage.push(...garbage)
        throw error
      }
      this.#remove(garbage)
    })
  }

  #takeGarbage(): Segment[] {
    const garbage = [...this.#garbage, ...this.#vectors.takeDropped()]
    this.#garbage = []
    return garbage
  }

  /** Removes files that nothing names, once no builder reads them. */
  #remove(garbage: readonly Segment[]): void {
    for (const segment of garbage)
      this.#inBackground(() => this.#graphs.afterBuilding(() => segment.remove()))
  }

  #inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.#backgroundError = String(error)
    })
  }
}
