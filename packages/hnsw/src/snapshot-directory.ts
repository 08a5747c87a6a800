import { checkedChunks, syncDirectory, syncFacts, writeFacts } from '@agentmem/core/adapter'
import type { FileFacts } from '@agentmem/core/adapter'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { decodeEntries, decodeVectors, encodeEntries, encodeVectors } from './snapshot-content.ts'
import type { GraphedVectors } from './graphed-vectors.ts'
import type { HnswSettings } from './hnsw-settings.ts'

const formatVersion = 1
const headerName = 'header.json'
/** No snapshot takes an hour: a file this old that no header names was left by a process that died. */
const orphanAgeMs = 3_600_000

interface Header {
  readonly format: number
  readonly metric: string
  readonly dimensions: number
  readonly m: number
  readonly efConstruction: number
  readonly cursor: number
  readonly count: number
  readonly vectors: FileFacts
  readonly entries: FileFacts
  /** Undefined while the index is small enough to have no graph. */
  readonly graph?: FileFacts
}

/**
 * A directory that holds one snapshot: a header, and the files that it names. Each snapshot has files of its
 * own, and the rename of its header makes it current. So a crash leaves the old or the new snapshot,
 * and of two processes the last one wins, with files that the other never touches.
 */
export class SnapshotDirectory {
  readonly #path: string
  readonly #settings: HnswSettings
  #header: Header | undefined

  private constructor(path: string, settings: HnswSettings) {
    this.#path = path
    this.#settings = settings
  }

  static async open(path: string, settings: HnswSettings): Promise<SnapshotDirectory> {
    await mkdir(path, { recursive: true })
    return new SnapshotDirectory(path, settings)
  }

  /** The size of the snapshot that this process wrote or read last. */
  get bytes(): number {
    return filesOf(this.#header).reduce((sum, file) => sum + file.bytes, 0)
  }

  /** Fills an empty index; returns why it stays empty, undefined when there is nothing to explain. */
  async load(index: GraphedVectors): Promise<string | undefined> {
    for (;;) {
      const text = await this.#headerText()
      if (text === undefined) return undefined
      try {
        const header = parseHeader(text)
        const mismatch = misfit(header, this.#settings)
        if (mismatch !== undefined) return mismatch
        await this.#read(header, index)
        this.#header = header
        return undefined
      } catch (error) {
        index.clear()
        // Another process may have put its snapshot in the place of the one that was being read.
        if (text === (await this.#headerText())) return `the snapshot is damaged: ${(error as Error).message}`
      }
    }
  }

  /** Writes the index, which must not change until this is done; searching it is fine. */
  async save(index: GraphedVectors): Promise<void> {
    const generation = randomUUID()
    const file = (kind: string): { name: string; path: string } => {
      const name = `${kind}-${generation}`
      return { name, path: join(this.#path, name) }
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
        count: index.vectors.size,
        vectors: { name: vectors.name, ...(await writeFacts(vectors.path, encodeVectors(index))) },
        entries: { name: entries.name, ...(await writeFacts(entries.path, encodeEntries(index))) },
        ...(index.graph && { graph: { name: graph.name, ...(await syncFacts(graph.path)) } }),
      }
      await this.#commit(header, file('header').path)
    } catch (error) {
      for (const kind of ['graph', 'entries', 'vectors', 'header']) await rm(file(kind).path, { force: true })
      throw error
    }
    await this.#removeOrphans().catch(() => undefined)
  }

  /** Removes the snapshot: the next open finds an empty index. */
  async clear(): Promise<void> {
    await rm(join(this.#path, headerName), { force: true })
    await syncDirectory(this.#path)
    await this.#removeFiles(this.#header)
    this.#header = undefined
  }

  async #read(header: Header, index: GraphedVectors): Promise<void> {
    const { vectors, entries, graph } = header
    let text = ''
    const utf8 = new TextDecoder()
    for await (const chunk of checkedChunks(this.#path, entries)) text += utf8.decode(chunk, { stream: true })
    const decoded = decodeEntries(text)
    const labels = new Map<string, number>()
    const vectorBytes = 4 * header.dimensions
    for await (const chunk of checkedChunks(this.#path, vectors, 256 * vectorBytes)) {
      decodeVectors(index, chunk, decoded, labels)
    }
    if (graph) {
      for await (const _ of checkedChunks(this.#path, graph));
      index.readGraph(join(this.#path, graph.name), labels)
    }
    if (index.vectors.size !== header.count) {
      throw new Error(`it has ${index.vectors.size} vectors instead of ${header.count}`)
    }
    index.cursor = header.cursor
  }

  async #commit(header: Header, temporary: string): Promise<void> {
    const json = JSON.stringify(header)
    const previous = await this.#headerText()
    await writeFacts(temporary, [Buffer.from(`${json}\n${crc32(json)}\n`)])
    await syncDirectory(this.#path)
    await rename(temporary, join(this.#path, headerName))
    await syncDirectory(this.#path)
    this.#header = header
    if (previous !== undefined) await this.#removeFiles(tryParse(previous))
  }

  async #headerText(): Promise<string | undefined> {
    try {
      return await readFile(join(this.#path, headerName), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  async #removeFiles(header: Header | undefined): Promise<void> {
    for (const { name } of filesOf(header)) await rm(join(this.#path, name), { force: true })
  }

  async #removeOrphans(): Promise<void> {
    const kept = new Set([headerName, ...filesOf(this.#header).map(file => file.name)])
    for (const name of await readdir(this.#path)) {
      if (kept.has(name) || !/^(graph|entries|vectors|header)-[0-9a-f-]{36}$/.test(name)) continue
      const path = join(this.#path, name)
      if (Date.now() - (await stat(path)).mtimeMs > orphanAgeMs) await rm(path, { force: true })
    }
  }
}

function filesOf(header: Header | undefined): FileFacts[] {
  return header ? [header.vectors, header.entries, ...(header.graph ? [header.graph] : [])] : []
}

/** The header is one line of JSON and its checksum; throws when they do not fit. */
function parseHeader(text: string): Header {
  const [json = '', sum] = text.split('\n')
  if (crc32(json) !== Number(sum)) throw new Error('the header does not match its checksum')
  return JSON.parse(json) as Header
}

function tryParse(text: string): Header | undefined {
  try {
    return parseHeader(text)
  } catch {
    return undefined
  }
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
