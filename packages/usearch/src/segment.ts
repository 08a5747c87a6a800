import type { PackedVectors, Scope } from '@agentmem/core/adapter'
import { randomUUID } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { CodeScan, Codes } from './code-scan.ts'
import { entriesLine } from './entries-line.ts'
import type { SegmentGraph } from './segment-graph.ts'
import { SegmentFiles } from './segment-files.ts'
import type { SegmentFacts } from './segment-files.ts'

/** Rows that a new segment has room for; the room doubles. */
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
  readonly #dimensions: number
  #codes: Codes
  #count: number
  /** A sealed segment takes no more rows. */
  isSealed: boolean
  graph: SegmentGraph | undefined
  readonly #dead = new Set<number>()
  #encodedDead: string | undefined = ''

  private constructor(
    base: number,
    dimensions: number,
    files: SegmentFiles,
    codes: Codes,
    isSealed: boolean,
  ) {
    this.base = base
    this.#dimensions = dimensions
    this.files = files
    this.#codes = codes
    this.#count = isSealed ? codes.length / dimensions : 0
    this.isSealed = isSealed
  }

  static create(base: number, dimensions: number, directory: string, named: boolean): Segment {
    const files = SegmentFiles.create(directory, randomUUID(), named)
    return new Segment(base, dimensions, files, new Int8Array(0), false)
  }

  /** A segment of an earlier process; throws when its codes are damaged. */
  static open(base: number, dimensions: number, directory: string, facts: SegmentFacts): Segment {
    const files = SegmentFiles.open(directory, facts)
    const codes = new Int8Array(files.content('codes').buffer)
    if (codes.length !== facts.rows * dimensions) throw new Error(`codes-${facts.name} has another size`)
    const segment = new Segment(base, dimensions, files, codes, true)
    for (const row of decodeDead(facts.dead)) segment.#dead.add(row)
    segment.#encodedDead = facts.dead
    return segment
  }

  /** Rows, dead ones as well. */
  get count(): number {
    return this.#count
  }

  get live(): number {
    return this.#count - this.#dead.size
  }

  /** Of `count` rows, from the start of the buffer. */
  get codes(): Codes {
    return this.#codes
  }

  isDead(row: number): boolean {
    return this.#dead.has(row)
  }

  kill(row: number): void {
    this.#dead.add(row)
    this.#encodedDead = undefined
  }

  /** Appends rows, in files and memory; on an error none of them counts. */
  append({ ids, scopes, vectors }: Rows, scan: CodeScan, most: number): void {
    const start = this.#count * this.#dimensions
    const end = start + vectors.length
    if (end > this.#codes.length) this.#makeRoom(end, most * this.#dimensions)
    scan.encode(vectors, this.#codes, start)
    this.files.append({
      vectors: new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength),
      codes: new Uint8Array(this.#codes.buffer, start, vectors.length),
      entries: entriesLine(ids, scopes),
    })
    this.#count += ids.length
  }

  /** Gives back what memory no row uses. */
  seal(): void {
    this.isSealed = true
    this.#codes = this.#codes.slice(0, this.#count * this.#dimensions)
  }

  /** Reads the vector of a row from the file. */
  readVector(row: number, target: PackedVectors): void {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    this.files.vectors.readInto(bytes, row * target.byteLength)
  }

  facts(): SegmentFacts {
    this.#encodedDead ??= encodeDead(this.#dead, this.#count)
    return { ...this.files.facts(), rows: this.#count, dead: this.#encodedDead }
  }

  #makeRoom(needed: number, most: number): void {
    const room = Math.max(needed, 2 * this.#codes.length, firstRoom * this.#dimensions)
    const codes = new Int8Array(Math.max(needed, Math.min(room, most)))
    codes.set(this.#codes)
    this.#codes = codes
  }
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
