import { checkedChunks, HeaderDirectory, syncFacts, writeFacts } from '@agentmem/core/adapter'
import type { FileFacts } from '@agentmem/core/adapter'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeEntries, decodeVectors, encodeEntries, encodeVectors } from './snapshot-content.ts'
import type { GraphedVectors } from './graphed-vectors.ts'
import type { HnswSettings } from './hnsw-settings.ts'

const formatVersion = 1

interface Header {
  readonly format: number
  readonly metric: string
  readonly dimensions: number
  readonly m: number
  readonly efConstruction: number
  readonly cursor: number
  readonly slot?: string | undefined
  readonly count: number
  readonly vectors: FileFacts
  readonly entries: FileFacts
  /** Undefined while the index is small enough to have no graph. */
  readonly graph?: FileFacts
}

/** A directory that holds one snapshot. Each has files of its own, and the rename of its header makes it current. */
export class SnapshotDirectory {
  readonly #directory: HeaderDirectory<Header>
  readonly #settings: HnswSettings
  #header: Header | undefined

  private constructor(directory: HeaderDirectory<Header>, settings: HnswSettings) {
    this.#directory = directory
    this.#settings = settings
  }

  static async open(path: string, settings: HnswSettings): Promise<SnapshotDirectory> {
    return new SnapshotDirectory(await HeaderDirectory.open(path, ['graph', 'entries', 'vectors']), settings)
  }

  /** The size of the snapshot that this process wrote or read last. */
  get bytes(): number {
    return filesOf(this.#header).reduce((sum, file) => sum + file.bytes, 0)
  }

  /** Fills an empty index; returns why it stays empty, undefined when there is nothing to explain. */
  async load(index: GraphedVectors): Promise<string | undefined> {
    for (;;) {
      const text = await this.#directory.text()
      if (text === undefined) return undefined
      try {
        const header = this.#directory.parse(text)
        const mismatch = misfit(header, this.#settings)
        if (mismatch !== undefined) return mismatch
        await this.#read(header, index)
        this.#header = header
        return undefined
      } catch (error) {
        index.clear()
        // Another process may have put its snapshot in the place of the one that was being read.
        if (text === (await this.#directory.text()))
          return `the snapshot is damaged: ${(error as Error).message}`
      }
    }
  }

  /** Writes the index, which must not change until this is done; searching it is fine. */
  async save(index: GraphedVectors): Promise<void> {
    const generation = randomUUID()
    const file = (kind: string): { name: string; path: string } => {
      const name = `${kind}-${generation}`
      return { name, path: join(this.#directory.path, name) }
    }
    try {
      const graph = file('graph')
      index.graph?.write(graph.path)
      const entries = file('entries')
      const vectors = file('vectors')
      const header: Header = {
        format: formatVersion,
        metric: 'cosine',
        dimensions: this.#settings.dimensions,
        m: this.#settings.m,
        efConstruction: this.#settings.efConstruction,
        cursor: index.cursor,
        slot: index.slot,
        count: index.vectors.size,
        vectors: { name: vectors.name, ...(await writeFacts(vectors.path, encodeVectors(index))) },
        entries: { name: entries.name, ...(await writeFacts(entries.path, encodeEntries(index))) },
        ...(index.graph && { graph: { name: graph.name, ...(await syncFacts(graph.path)) } }),
      }
      await this.#commit(header)
    } catch (error) {
      for (const kind of ['graph', 'entries', 'vectors']) await rm(file(kind).path, { force: true })
      throw error
    }
    const kept = new Set(filesOf(this.#header).map(({ name }) => name))
    await this.#directory.removeOrphans(kept).catch(() => undefined)
  }

  /** Removes the snapshot: the next open finds an empty index. */
  async clear(): Promise<void> {
    await this.#directory.removeHeader()
    await this.#removeFiles(this.#header)
    this.#header = undefined
  }

  async #read(header: Header, index: GraphedVectors): Promise<void> {
    const { vectors, entries, graph } = header
    let text = ''
    const utf8 = new TextDecoder()
    for await (const chunk of checkedChunks(this.#directory.path, entries))
      text += utf8.decode(chunk, { stream: true })
    const decoded = decodeEntries(text)
    const labels = new Map<string, number>()
    const vectorBytes = 4 * header.dimensions
    for await (const chunk of checkedChunks(this.#directory.path, vectors, 256 * vectorBytes)) {
      decodeVectors(index, chunk, decoded, labels)
    }
    if (graph) {
      for await (const _ of checkedChunks(this.#directory.path, graph));
      index.readGraph(join(this.#directory.path, graph.name), labels)
    }
    if (index.vectors.size !== header.count) {
      throw new Error(`it has ${index.vectors.size} vectors instead of ${header.count}`)
    }
    index.cursor = header.cursor
    index.slot = header.slot
  }

  async #commit(header: Header): Promise<void> {
    const previous = await this.#directory.text()
    await this.#directory.commit(header)
    this.#header = header
    if (previous !== undefined) await this.#removeFiles(this.#tryParse(previous))
  }

  #tryParse(text: string): Header | undefined {
    try {
      return this.#directory.parse(text)
    } catch {
      return undefined
    }
  }

  async #removeFiles(header: Header | undefined): Promise<void> {
    for (const { name } of filesOf(header)) await rm(join(this.#directory.path, name), { force: true })
  }
}

function filesOf(header: Header | undefined): FileFacts[] {
  return header ? [header.vectors, header.entries, ...(header.graph ? [header.graph] : [])] : []
}

/** Why an undamaged snapshot is not used, in words; undefined when it fits. */
function misfit(header: Header, settings: HnswSettings): string | undefined {
  if (header.format !== formatVersion) {
    return `the snapshot has format ${header.format}, this version reads ${formatVersion}`
  }
  if (header.metric !== 'cosine') return `the snapshot has the metric ${header.metric} instead of cosine`
  for (const name of ['dimensions', 'm', 'efConstruction'] as const) {
    if (header[name] !== settings[name]) {
      return `the snapshot has ${name} ${header[name]} instead of ${settings[name]}`
    }
  }
  return undefined
}
