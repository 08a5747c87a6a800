import { ScopedSlots, vectorAt } from '@agentmem/core/adapter'
import type { PackedBatch, PackedVectors, Scope } from '@agentmem/core/adapter'
import type { CodeScan } from './code-scan.ts'
import { readEntries } from './entries-block.ts'
import { Segment } from './segment.ts'
import type { Rows } from './segment.ts'
import type { SegmentFacts } from './segment-files.ts'

/** Rows appended at a time: a fraction of a millisecond's work, so that searches run in between. */
const sliceRows = 128
/** So many short segments may be there: each costs a search as much as one of any size. */
const mostShort = 8

export interface SegmentSettings {
  readonly dimensions: number
  /** The most rows whose codes lie in one buffer. Divides `segmentRows`. */
  readonly blockRows: number
  /** The folder of the files. */
  readonly directory: string
  /** False where the files are to be gone with the process. */
  readonly named: boolean
  /** The most rows of a segment. */
  readonly segmentRows: number
}

/**
 * Vectors in segments. A slot is a segment's base plus the row; new rows go to the one open segment. Generator
 * methods do a little work each time they are resumed; searches in between see the change half done.
 */
export class SegmentedVectors {
  readonly slots: ScopedSlots = new ScopedSlots()
  readonly scan: CodeScan
  readonly dimensions: number
  cursor = 0
  slot: string | undefined
  readonly #settings: SegmentSettings
  /** By base / segmentRows; a base is used again. */
  readonly #segments: (Segment | undefined)[] = []
  #open: Segment | undefined
  #dropped: Segment[] = []

  constructor(settings: SegmentSettings, scan: CodeScan) {
    this.#settings = settings
    this.scan = scan
    this.dimensions = settings.dimensions
  }

  get segments(): Segment[] {
    return this.#segments.filter(segment => segment !== undefined)
  }

  /** Segments that went since this was last asked. */
  takeDropped(): Segment[] {
    const dropped = this.#dropped
    this.#dropped = []
    return dropped
  }

  /** Returns the segment of a slot. */
  segmentOf(slot: number): Segment {
    const segment = this.#segments[Math.floor(slot / this.#settings.segmentRows)]
    if (!segment) throw new RangeError(`There is no segment for slot ${slot}.`)
    return segment
  }

  *apply({ ids, scopes, scopeOf, vectors, deletes, cursor, slot }: PackedBatch): Generator<void> {
    for (let from = 0; from < ids.length;) {
      const taken = this.#append({
        ids: ids.slice(from, from + sliceRows),
        scopes: Array.from(scopeOf.subarray(from, from + sliceRows), place => scopes[place] as Scope),
        vectors: vectors.subarray(from * this.dimensions, (from + sliceRows) * this.dimensions),
      })
      from += taken
      yield
    }
    for (const id of deletes) this.#delete(id)
    this.cursor = cursor
    this.slot = slot
  }

  /** Reads the vector of an id; returns false when there is none. */
  read(id: string, target: PackedVectors): boolean {
    const slot = this.slots.slotOf(id)
    if (slot === undefined) return false
    this.readSlot(slot, target)
    return true
  }

  readSlot(slot: number, target: PackedVectors): void {
    const segment = this.segmentOf(slot)
    segment.readVector(slot - segment.base, target)
  }

  /** Lets the open segment take no more rows. */
  seal(): void {
    this.#open?.seal()
    this.#open = undefined
  }

  get openRows(): number {
    return this.#open?.count ?? 0
  }

  /** Segments that are mostly dead, and short ones when there are many. */
  wasteful(): Segment[] {
    const { segmentRows } = this.#settings
    const short = this.#shorterThan(segmentRows / 8)
    return this.#mostlyDeadOr(short.length > mostShort ? short : [])
  }

  /** Those, and the ones of less than half the size, of which one may be there. */
  mergeable(): Segment[] {
    const short = this.#shorterThan(this.#settings.segmentRows / 2)
    return this.#mostlyDeadOr(short.length > 1 ? short : [])
  }

  /** Appends what lives in these segments once more, and drops them. */
  *compact(wasteful: readonly Segment[]): Generator<void> {
    for (const segment of wasteful) {
      if (segment === this.#open) this.seal()
      for (let row = 0; row < segment.count;) {
        const ids: string[] = []
        const scopes: Scope[] = []
        const vectors = new Float32Array(sliceRows * this.dimensions)
        for (; row < segment.count && ids.length < sliceRows; row++) {
          const [id, scope] = [this.slots.idOf(segment.base + row), this.slots.scopeOf(segment.base + row)]
          if (id === undefined || !scope) continue
          segment.readVector(row, vectorAt(vectors, ids.length, this.dimensions))
          ids.push(id)
          scopes.push(scope)
        }
        for (let from = 0; from < ids.length;) {
          const rest = vectors.subarray(from * this.dimensions, ids.length * this.dimensions)
          from += this.#append({ ids: ids.slice(from), scopes: scopes.slice(from), vectors: rest })
        }
        yield
      }
      this.#drop(segment)
    }
  }

  /** Takes a segment of an earlier process in, without its codes and ids. Throws when a file is not there. */
  open(facts: SegmentFacts): Segment {
    const segment = Segment.open(this.#freeBase(), this.#settings, this.#settings.directory, facts)
    this.#segments[segment.base / this.#settings.segmentRows] = segment
    return segment
  }

  /** Places the ids of a segment that was opened. Throws when its entries are damaged. */
  *load(segment: Segment, entries: Uint8Array<ArrayBuffer>): Generator<void> {
    const { slots } = this
    let row = 0
    yield* readEntries(
      entries,
      scope => slots.groupOf(scope),
      (bytes, start, length, group) => {
        if (!segment.isDead(row)) slots.setBytes(bytes, start, length, group, segment.base + row)
        row++
      },
    )
    if (row !== segment.count)
      throw new Error(`entries-${segment.files.name} has ${row} rows instead of ${segment.count}`)
  }

  clear(): void {
    this.#dropped.push(...this.segments)
    this.#segments.length = 0
    this.#open = undefined
    this.slots.clear()
    this.cursor = 0
    this.slot = undefined
  }

  /** Appends as many as the open segment takes, and returns how many. */
  #append(rows: Rows): number {
    const { segmentRows, dimensions, directory, named } = this.#settings
    this.#open ??= Segment.create(this.#freeBase(), this.#settings, directory, named)
    const segment = this.#open
    this.#segments[segment.base / segmentRows] = segment
    const first = segment.count
    const taken = Math.min(rows.ids.length, segment.room)
    const vectors = rows.vectors.subarray(0, taken * dimensions)
    const [ids, scopes] = [rows.ids.slice(0, taken), rows.scopes.slice(0, taken)]
    segment.append({ ids, scopes, vectors }, this.scan)
    for (const [i, id] of ids.entries()) {
      this.#delete(id)
      this.slots.set(id, scopes[i] as Scope, segment.base + first + i)
    }
    if (segment.count === segmentRows) this.seal()
    return taken
  }

  #delete(id: string): void {
    const slot = this.slots.delete(id)
    if (slot === undefined) return
    const segment = this.segmentOf(slot)
    segment.kill(slot - segment.base)
  }

  #shorterThan(rows: number): Segment[] {
    return this.segments.filter(({ isSealed, count }) => isSealed && count < rows)
  }

  #mostlyDeadOr(others: readonly Segment[]): Segment[] {
    const { blockRows } = this.#settings
    return this.segments.filter(segment => {
      const { isSealed, live, count } = segment
      return (2 * live < count && (isSealed || count >= blockRows)) || others.includes(segment)
    })
  }

  #drop(segment: Segment): void {
    this.#segments[segment.base / this.#settings.segmentRows] = undefined
    this.#dropped.push(segment)
  }

  #freeBase(): number {
    const free = this.#segments.indexOf(undefined)
    return (free === -1 ? this.#segments.length : free) * this.#settings.segmentRows
  }
}
