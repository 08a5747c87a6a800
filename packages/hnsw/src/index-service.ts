import { inTurn, packVectors, runInSlices, vectorAt } from '@agentmem/core/adapter'
import type {
  IndexInThread,
  IndexStats,
  Match,
  PackedBatch,
  PackedFound,
  PackedQueries,
} from '@agentmem/core/adapter'
import { GraphedVectors } from './graphed-vectors.ts'
import type { HnswSettings } from './hnsw-settings.ts'
import { loadHnswlib } from './load-hnswlib.ts'
import { SnapshotDirectory } from './snapshot-directory.ts'

/** While changes keep coming, a snapshot is due when half the index is new: together they write 3 times its size. */
const busyRule = { least: 5_000, share: 0.5 }
/** After this pause a snapshot is due sooner: it may write the whole index for a 20th of it that is new. */
const quietMs = 10_000
const quietRule = { least: 1_000, share: 0.05 }

/**
 * The work of the worker. Searches and reads are answered at once. Everything that changes or writes the index is a
 * job: jobs run one after the other, in slices between which searches are answered.
 */
export class IndexService implements IndexInThread {
  readonly #settings: HnswSettings
  readonly #index: GraphedVectors
  readonly #snapshots: SnapshotDirectory | undefined
  readonly #rebuiltBecause: string | undefined
  /** Runs the jobs, one at a time. */
  readonly #job = inTurn()
  #closing = false
  #unsaved = 0
  /** Changes since a snapshot was last tried: one that fails is not tried again at once. */
  #untried = 0
  #backgroundError: string | undefined
  #quiet: NodeJS.Timeout | undefined

  private constructor(
    settings: HnswSettings,
    index: GraphedVectors,
    snapshots: SnapshotDirectory | undefined,
    rebuiltBecause: string | undefined,
  ) {
    this.#settings = settings
    this.#index = index
    this.#snapshots = snapshots
    this.#rebuiltBecause = rebuiltBecause
  }

  /** Throws `NOT_INSTALLED` when the native addon cannot be loaded. */
  static async open(settings: HnswSettings): Promise<IndexService> {
    const index = new GraphedVectors(settings, await loadHnswlib())
    const { path } = settings
    const snapshots = path === undefined ? undefined : await SnapshotDirectory.open(path, settings)
    const service = new IndexService(settings, index, snapshots, await snapshots?.load(index))
    service.#keepGraph()
    return service
  }

  async apply(batch: PackedBatch): Promise<void> {
    await this.#job(async () => {
      await runInSlices(this.#index.apply(batch))
      const changes = batch.ids.length + batch.deletes.length
      this.#unsaved += Math.max(changes, 1)
      this.#untried += changes
    })
    this.#keepGraph()
    this.#keepSnapshot()
  }

  search({ vectors, ks, scopes }: PackedQueries): Match[][] {
    return scopes.map((scope, i) =>
      this.#index.search(vectorAt(vectors, i, this.#settings.dimensions), ks[i] ?? 0, scope),
    )
  }

  get(ids: readonly string[]): PackedFound {
    const vectors = ids.map(id => this.#index.vectors.get(id))
    const found = vectors.map(vector => vector !== undefined)
    return {
      found,
      vectors: packVectors(
        vectors.flatMap(vector => vector ?? []),
        this.#settings.dimensions,
      ),
    }
  }

  cursor(): number {
    return this.#index.cursor
  }

  slot(): string | undefined {
    return this.#index.slot
  }

  async clear(): Promise<void> {
    await this.#job(async () => {
      this.#index.clear()
      await this.#snapshots?.clear()
      this.#unsaved = 0
      this.#untried = 0
    })
  }

  async optimize(): Promise<void> {
    await this.#job(async () => {
      if (this.#index.needsGraph) await runInSlices(this.#index.buildGraph())
      await this.#save()
    })
  }

  stats(): IndexStats {
    const { vectors, graph } = this.#index
    const { m, efConstruction, efSearch, exactUpTo } = this.#settings
    return {
      vectors: vectors.size,
      graphVectors: graph?.size ?? 0,
      deletedLabels: graph?.deleted ?? 0,
      unsavedChanges: this.#snapshots && this.#unsaved,
      bytesOnDisk: this.#snapshots?.bytes ?? 0,
      rebuiltBecause: this.#rebuiltBecause,
      backgroundError: this.#backgroundError,
      m,
      efConstruction,
      efSearch,
      exactUpTo,
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#quiet)
    await this.#job(() => this.#save())
  }

  /** Builds the graph in the background, or rebuilds it without its deleted labels. */
  #keepGraph(): void {
    if (!this.#index.needsGraph) return
    this.#inBackground(async () => {
      if (this.#index.needsGraph) await runInSlices(this.#index.buildGraph(), () => this.#closing)
    })
  }

  #keepSnapshot(): void {
    clearTimeout(this.#quiet)
    if (!this.#snapshots) return
    const save = (rule: typeof busyRule): void => {
      const due = (): boolean =>
        this.#untried >= Math.max(rule.least, rule.share * this.#index.vectors.size) && !this.#closing
      if (due()) this.#inBackground(async () => (due() ? this.#save() : undefined))
    }
    save(busyRule)
    this.#quiet = setTimeout(() => save(quietRule), quietMs)
  }

  async #save(): Promise<void> {
    if (!this.#snapshots || this.#unsaved === 0) return
    this.#untried = 0
    await this.#snapshots.save(this.#index)
    this.#unsaved = 0
    this.#backgroundError = undefined
  }

  #inBackground(work: () => Promise<void>): void {
    this.#job(work).catch((error: unknown) => {
      this.#backgroundError = String(error)
    })
  }
}
