import type { PackedVectors, Scope } from '@agentmem/core/adapter'
import { randomUUID } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { CodeScan, Codes } from './code-scan.ts'
import { entriesBlock } from './entries-block.ts'
import type { SegmentGraph } from './segment-graph.ts'
import { SegmentFiles } from './segment-files.ts'
import type { SegmentFacts } from './segment-files.ts'

/** How the codes of a segment lie in memory: in blocks, so that none is copied far when it grows. */
export interface CodeLayout {
  readonly dimensions: number
  /** The most rows of a block. */
  readonly blockRows: number
}

/** Rows that a new block has room for; the room doubles. */
const firstRoom = 1_024

/** Rows to append: vectors end to end, and for each its id and scope. */
export interface Rows {
  readonly ids: readonly string[]
  readonly scopes: readonly Scope[]
  readonly vectors: PackedVectors
}

/**
 * Rows in the order in which they came: codes in memory, vectors in a file. A row that is replaced or deleted stays
 * until the segment goes.
 */
export class Segment {
  /** The slot of its first row. */
  readonly base: number
  readonly files: SegmentFiles
  readonly #layout: CodeLayout
  /** Codes end to end; each block is full but the last. */
  readonly #blocks: Codes[]
  #count: number
  /** A sealed segment takes no more rows. */
  isSealed: boolean
  graph: SegmentGraph | undefined
  readonly #dead = new Set<number>()
  #encodedDead: string | undefined = ''

  private constructor(base: number, layout: CodeLayout, files: SegmentFiles, blocks: Codes[], count: number) {
    this.base = base
    this.#layout = layout
    this.files = files
    this.#blocks = blocks
    this.#count = count
    this.isSealed = count > 0
  }

  static create(base: number, layout: CodeLayout, directory: string, named: boolean): Segment {
    return new Segment(base, layout, SegmentFiles.create(directory, randomUUID(), named), [], 0)
  }

  /** A segment of an earlier process, until `readCodes` without codes. Throws when a file is not there. */
  static open(base: number, layout: CodeLayout, directory: string, facts: SegmentFacts): Segment {
    const segment = new Segment(base, layout, SegmentFiles.open(directory, facts), [], facts.rows)
    for (const row of decodeDead(facts.dead)) segment.#dead.add(row)
    segment.#encodedDead = facts.dead
    return segment
  }

  /** Reads the codes of an earlier process. Rejects when they are damaged. */
  async readCodes(): Promise<void> {
    const { blockRows, dimensions } = this.#layout
    const parts = await this.files.content('codes', blockRows * dimensions)
    const bytes = parts.reduce((sum, part) => sum + part.length, 0)
    if (bytes !== this.#count * dimensions) throw new Error(`codes-${this.files.name} has another size`)
    this.#blocks.push(...parts.map(part => new Int8Array(part.buffer)))
  }

  /** Rows, dead ones as well. */
  get count(): number {
    return this.#count
  }

  get live(): number {
    return this.#count - this.#dead.size
  }

  get dimensions(): number {
    return this.#layout.dimensions
  }

  /** How many rows may be appended at once. */
  get room(): number {
    return this.#layout.blockRows - (this.#count % this.#layout.blockRows)
  }

  get blockCount(): number {
    return this.#blocks.length
  }

  /** The codes, each block with the slot of its first row. */
  *blocks(): Generator<{ readonly codes: Codes; readonly rows: number; readonly base: number }> {
    const { blockRows } = this.#layout
    for (const [i, codes] of this.#blocks.entries()) {
      const rows = Math.min(blockRows, this.#count - i * blockRows)
      yield { codes, rows, base: this.base + i * blockRows }
    }
  }

  copyCode(row: number, into: Codes, at: number): void {
    const { blockRows, dimensions } = this.#layout
    const start = (row % blockRows) * dimensions
    const block = this.#blocks[Math.floor(row / blockRows)] as Codes
    into.set(block.subarray(start, start + dimensions), at)
  }

  isDead(row: number): boolean {
    return this.#dead.has(row)
  }

  kill(row: number): void {
    this.#dead.add(row)
    this.#encodedDead = undefined
  }

  /** Appends at most `room` rows, in files and memory; on an error none of them counts. */
  append({ ids, scopes, vectors }: Rows, scan: CodeScan): void {
    const { blockRows, dimensions } = this.#layout
    const number = Math.floor(this.#count / blockRows)
    const start = (this.#count % blockRows) * dimensions
    const codes = roomy(this.#blocks[number], start + vectors.length, this.#layout)
    this.#blocks[number] = codes
    scan.encode(vectors, codes, start)
    this.files.append({
      vectors: new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength),
      codes: new Uint8Array(codes.buffer, start, vectors.length),
      entries: entriesBlock(ids, scopes),
    })
    this.#count += ids.length
  }

  /** Gives back what memory no row uses. */
  seal(): void {
    this.isSealed = true
    const { blockRows, dimensions } = this.#layout
    const last = this.#blocks.pop()
    const rows = this.#count - this.#blocks.length * blockRows
    if (last) this.#blocks.push(last.slice(0, rows * dimensions))
  }

  /** Reads the vector of a row from the file. */
  readVector(row: number, target: PackedVectors): void {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    this.files.vectors.readInto(bytes, row * target.byteLength)
  }

  /** Does without the graph; another may be built. */
  async dropGraph(): Promise<void> {
    const { graph } = this
    this.graph = undefined
    this.files.graph = undefined
    await graph?.close()
  }

  async close(): Promise<void> {
    this.files.close()
    await this.graph?.close()
  }

  /** Closes it and removes its files. */
  async remove(): Promise<void> {
    await this.graph?.close()
    await this.files.remove()
  }

  facts(): SegmentFacts {
    this.#encodedDead ??= encodeDead(this.#dead, this.#count)
    return { ...this.files.facts(), rows: this.#count, dead: this.#encodedDead }
  }
}

/** The block, or a longer one with the same codes: it doubles. */
function roomy(block: Codes | undefined, needed: number, { blockRows, dimensions }: CodeLayout): Codes {
  if (block && needed <= block.length) return block
  const room = Math.max(needed, 2 * (block?.length ?? 0), firstRoom * dimensions)
  const longer = new Int8Array(Math.max(needed, Math.min(room, blockRows * dimensions)))
  if (block) longer.set(block)
  return longer
}

/** A bit for each row, deflated: most are 0. */
function encodeDead(dead: ReadonlySet<number>, count: number): string {
  if (dead.size === 0) return ''
  const bits = new Uint8Array(Math.ceil(count / 8))
  for (const row of dead) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7))
  return deflateRawSync(bits, { level: 1 }).toString('base64')
}

function* decodeDead(encoded: string): Generator<number> {
  if (encoded === '') return
  const bits = inflateRawSync(Buffer.from(encoded, 'base64'))
  for (let row = 0; row < 8 * bits.length; row++) {
    if (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) yield row
  }
}
