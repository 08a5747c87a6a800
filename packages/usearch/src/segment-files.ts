import type { FileFacts } from '@agentmem/core/adapter'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GrowingFile } from './growing-file.ts'

/** The kinds of files: vectors as Float32, codes, and ids with scopes, each in the order of the rows; and the graph. */
export const fileKinds = ['vectors', 'codes', 'entries', 'graph'] as const

const growingKinds = ['vectors', 'codes', 'entries'] as const
type GrowingKind = (typeof growingKinds)[number]
type Facts = Omit<FileFacts, 'name'>

/** What the header says of the files of a segment. */
export interface SegmentFacts extends Readonly<Record<GrowingKind, Facts>> {
  /** The UUID in the names of its files. */
  readonly name: string
  readonly rows: number
  /** Which rows are no longer there. */
  readonly dead: string
  /** Undefined while there is no graph. */
  readonly graph?: FileFacts
}

/** The files of one segment. They are appended to by the process that made them, and never after it. */
export class SegmentFiles {
  readonly name: string
  readonly #directory: string
  readonly #files: Readonly<Record<GrowingKind, GrowingFile>>
  /** Undefined while there is no graph. Each graph has a name of its own: one that is mapped must not be written. */
  graph: FileFacts | undefined
  #isSynced = false

  private constructor(
    directory: string,
    name: string,
    open: (path: string, kind: GrowingKind) => GrowingFile,
  ) {
    this.#directory = directory
    this.name = name
    const opened = growingKinds.map(kind => [kind, open(this.path(kind), kind)] as const)
    this.#files = Object.fromEntries(opened) as Record<GrowingKind, GrowingFile>
  }

  static create(directory: string, name: string, named: boolean): SegmentFiles {
    return new SegmentFiles(directory, name, path => GrowingFile.create(path, { named }))
  }

  static open(directory: string, facts: SegmentFacts): SegmentFiles {
    const files = new SegmentFiles(directory, facts.name, (path, kind) => GrowingFile.read(path, facts[kind]))
    files.graph = facts.graph
    files.#isSynced = true
    return files
  }

  get bytes(): number {
    return growingKinds.reduce((sum, kind) => sum + this.#files[kind].bytes, this.graph?.bytes ?? 0)
  }

  /** Every file, by name. */
  get names(): string[] {
    return [...growingKinds.map(kind => `${kind}-${this.name}`), ...(this.graph ? [this.graph.name] : [])]
  }

  path(kind: GrowingKind): string {
    return join(this.#directory, `${kind}-${this.name}`)
  }

  /** What a builder thread reads: the file of the vectors, as this process has it open. */
  get vectors(): GrowingFile {
    return this.#files.vectors
  }

  /** Appends rows to all files, or to none. */
  append(chunks: Readonly<Record<GrowingKind, Uint8Array>>): void {
    this.#isSynced = false
    const written = growingKinds.map(kind => this.#files[kind].write(chunks[kind]))
    for (const count of written) count()
  }

  /** Returns the codes or entries, in parts of so many bytes. Rejects when they do not match their checksum. */
  content(kind: 'codes' | 'entries', partBytes: number): Promise<Uint8Array<ArrayBuffer>[]> {
    return this.#files[kind].content(`${kind}-${this.name}`, partBytes)
  }

  /** Reads the vectors once. Rejects when they do not match their checksum: searches read them a row at a time. */
  checkVectors(): Promise<void> {
    return this.#files.vectors.check(`vectors-${this.name}`)
  }

  facts(): Pick<SegmentFacts, GrowingKind | 'name' | 'graph'> {
    const [vectors, codes, entries] = growingKinds.map(kind => {
      const { bytes, crc32 } = this.#files[kind]
      return { bytes, crc32 }
    }) as [Facts, Facts, Facts]
    return { name: this.name, vectors, codes, entries, ...(this.graph && { graph: this.graph }) }
  }

  async sync(): Promise<void> {
    if (this.#isSynced) return
    this.#isSynced = true
    try {
      for (const kind of growingKinds) await this.#files[kind].sync()
    } catch (error) {
      this.#isSynced = false
      throw error
    }
  }

  close(): void {
    for (const kind of growingKinds) this.#files[kind].close()
  }

  async remove(): Promise<void> {
    this.close()
    for (const name of this.names) await rm(join(this.#directory, name), { force: true })
  }
}
