import { checkedChunks, HeaderDirectory, runInSlices } from '@agentmem/core/adapter'
import { join } from 'node:path'
import { fileKinds } from './segment-files.ts'
import type { SegmentFacts } from './segment-files.ts'
import { SegmentGraph } from './segment-graph.ts'
import type { Segment } from './segment.ts'
import type { SegmentedVectors } from './segmented-vectors.ts'

const formatVersion = 2
/** As much of a graph is checked at a time while other files are read. */
const graphChunkBytes = 2 ** 22

/** Every file that counts, and how much of it does. */
interface Header {
  readonly format: number
  readonly metric: string
  readonly dimensions: number
  readonly cursor: number
  readonly slot?: string | undefined
  /** True once a search wanted graphs: they are kept up from then on. */
  readonly wantsGraphs: boolean
  readonly segments: readonly SegmentFacts[]
}

/** The snapshots of an index: a header. What it names is there already, and only has to be synced. */
export class IndexSnapshots {
  readonly #directory: HeaderDirectory<Header>

  private constructor(directory: HeaderDirectory<Header>) {
    this.#directory = directory
  }

  static async open(path: string): Promise<IndexSnapshots> {
    return new IndexSnapshots(await HeaderDirectory.open(path, fileKinds))
  }

  /** Fills an empty index. Returns whether graphs are wanted, or in words why it stays empty. */
  async load(vectors: SegmentedVectors): Promise<{ wantsGraphs: boolean; rebuiltBecause?: string }> {
    const text = await this.#directory.text()
    if (text === undefined) return { wantsGraphs: false }
    try {
      const header = this.#directory.parse(text)
      const rebuiltBecause = misfit(header, vectors.dimensions)
      if (rebuiltBecause !== undefined) return { wantsGraphs: false, rebuiltBecause }
      await this.#loadSegments(vectors, header.segments)
      vectors.cursor = header.cursor
      vectors.slot = header.slot
      return { wantsGraphs: header.wantsGraphs }
    } catch (error) {
      vectors.clear()
      // The files stay: they may be those of another process, and are removed as orphans when they are not.
      await Promise.all(vectors.takeDropped().map(segment => segment.close()))
      return { wantsGraphs: false, rebuiltBecause: `the snapshot is damaged: ${(error as Error).message}` }
    }
  }

  /** Writes what the index is at this moment; it may change meanwhile. */
  async save(vectors: SegmentedVectors, wantsGraphs: boolean): Promise<void> {
    const { segments, cursor, slot, dimensions } = vectors
    const header: Header = {
      format: formatVersion,
      metric: 'cosine',
      dimensions,
      cursor,
      slot,
      wantsGraphs,
      segments: segments.map(segment => segment.facts()),
    }
    const kept = new Set(segments.flatMap(({ files }) => files.names))
    for (const { files } of segments) await files.sync()
    await this.#directory.commit(header)
    await this.#directory.removeOrphans(kept).catch(() => undefined)
  }

  async clear(): Promise<void> {
    await this.#directory.removeHeader()
  }

  /** Other threads read codes, vectors and graphs while ids are placed. */
  async #loadSegments(vectors: SegmentedVectors, all: readonly SegmentFacts[]): Promise<void> {
    const segments = all.map(facts => vectors.open(facts))
    const each = async (work: (segment: Segment) => Promise<void>): Promise<void> => {
      for (const segment of segments) await work(segment)
    }
    const works = [
      each(async segment => {
        const [entries = new Uint8Array()] = await segment.files.content('entries', Infinity)
        await runInSlices(vectors.load(segment, entries))
      }),
      each(segment => segment.readCodes()),
      each(segment => segment.files.checkVectors()),
      each(segment => this.#openGraph(segment)),
    ]
    // Nobody closes a file that is being read.
    await Promise.allSettled(works)
    await Promise.all(works)
  }

  async #openGraph(segment: Segment): Promise<void> {
    const { graph } = segment.files
    if (!graph) return
    try {
      for await (const _ of checkedChunks(this.#directory.path, graph, graphChunkBytes));
      const file = join(this.#directory.path, graph.name)
      segment.graph = await SegmentGraph.open(file, segment.dimensions, segment.count)
    } catch {
      // The graph is built again from the vectors.
      segment.files.graph = undefined
    }
  }
}

/** Why an undamaged snapshot is not used, in words; undefined when it fits. */
function misfit(header: Header, dimensions: number): string | undefined {
  if (header.format !== formatVersion) {
    return `the snapshot has format ${header.format}, this version reads ${formatVersion}`
  }
  if (header.metric !== 'cosine') return `the snapshot has the metric ${header.metric} instead of cosine`
  if (header.dimensions !== dimensions) {
    return `the snapshot has dimensions ${header.dimensions} instead of ${dimensions}`
  }
  return undefined
}
