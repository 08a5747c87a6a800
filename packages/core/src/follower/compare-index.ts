import { MemoryError } from '../contracts/errors.ts'
import type { DatabaseCheck } from '../contracts/database-check.ts'
import type { IndexEntry } from '../contracts/log.ts'
import type { ProgressOptions } from '../contracts/progress.ts'
import { givenId } from '../contracts/stored-id.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'

/** How an index differs from its Store. */
export interface VerifyResult {
  /** True when the index holds exactly the vectors of the Store, and the database has found nothing if it was asked. */
  readonly ok: boolean
  /** Memories compared. */
  readonly checked: number
  /** Ids whose vector the index lacks; at most 1,000 are named. */
  readonly missing: string[]
  /** Ids whose vector in the index is another; at most 1,000 are named. */
  readonly different: string[]
  /** Vectors in the index that belong to no memory. */
  readonly orphans: number
  /** What the database says of itself; absent where it was not asked. If something is damaged, nothing is compared with it. */
  readonly database?: DatabaseCheck | undefined
}

/** The two sides of a comparison. */
export interface Sides {
  /** Its statistics, where they are there, tell those who wait for the end how much there is to compare. */
  readonly store: Pick<Store, 'changes'> & Partial<Pick<Store, 'stats'>>
  readonly index: VectorIndex
}

const pageSize = 1_000
const mostNamed = 1_000
/** How often an index that moves while it is compared, or mended, is compared again. */
export const mostAttempts = 3

/** Compares an index that stands at `cursor`, and moves no further meanwhile. */
export async function judge(sides: Sides, cursor: number, options: ProgressOptions): Promise<VerifyResult> {
  const { signal } = options
  const same = new Set<string>()
  const missing = new Set<string>()
  const different = new Set<string>()
  for await (const { entries } of compare(sides, options)) {
    for (const { entry, held } of entries) {
      const group = held === undefined ? missing : sameBits(entry.vector, held) ? same : different
      group.add(entry.id)
    }
  }
  const unjudged = await idsChangedAfter(sides, cursor, signal)
  for (const id of unjudged) for (const group of [same, missing, different]) group.delete(id)
  const unjudgedHeld = (await sides.index.get(unjudged, { signal })).filter(vector => vector !== undefined)
  const { vectors } = await sides.index.stats()
  const orphans = Math.max(0, vectors - same.size - different.size - unjudgedHeld.length)
  return {
    ok: missing.size + different.size + orphans === 0,
    checked: same.size + missing.size + different.size,
    missing: [...missing].slice(0, mostNamed).map(givenId),
    different: [...different].slice(0, mostNamed).map(givenId),
    orphans,
  }
}

/** Writes what differs, and returns how much that was. */
export async function mend(sides: Sides, options: ProgressOptions): Promise<number> {
  let written = 0
  for (let attempt = 1; ; attempt++) {
    const { count, refusal } = await mendPages(sides, options)
    written += count
    if (!refusal) return written
    if (attempt === mostAttempts) throw refusal
  }
}

/** Writes page by page. An index that the Store writes itself may refuse a page, having moved on. */
async function mendPages(
  sides: Sides,
  options: ProgressOptions,
): Promise<{ readonly count: number; readonly refusal: MemoryError | undefined }> {
  let count = 0
  let refusal: MemoryError | undefined
  for await (const { cursor, entries } of compare(sides, options)) {
    const differing = entries.filter(({ entry, held }) => !held || !sameBits(entry.vector, held))
    if (differing.length === 0) continue
    const upserts = differing.map(({ entry }) => entry)
    try {
      const slot = await sides.index.slot()
      await sides.index.apply(
        { upserts, deletes: [], cursor, after: cursor, slot },
        { signal: options.signal },
      )
      count += upserts.length
    } catch (error) {
      if (!MemoryError.is(error) || error.code !== 'CONFLICT') throw error
      refusal = error
    }
  }
  return { count, refusal }
}

interface ComparedPage {
  /** Where the index stood before the page was read. */
  readonly cursor: number
  readonly entries: readonly { readonly entry: IndexEntry; readonly held: Float32Array | undefined }[]
}

/** Every entry of the Store's log beside what the index holds of it, page by page. */
async function* compare(
  { store, index }: Sides,
  { signal, onProgress }: ProgressOptions,
): AsyncGenerator<ComparedPage> {
  const memories = onProgress ? ((await store.stats?.())?.memories ?? 0) : 0
  let done = 0
  for (let after = 0; ;) {
    const cursor = await index.cursor()
    const page = await store.changes({ after, limit: pageSize }, { signal })
    const ids = page.upserts.map(({ id }) => id)
    const held = await index.get(ids, { signal })
    yield { cursor, entries: page.upserts.map((entry, i) => ({ entry, held: held[i] })) }
    done += ids.length
    onProgress?.({ done, total: Math.max(done, memories) })
    if (page.done || page.cursor <= after) return
    after = page.cursor
  }
}

/** The ids whose newest change the index cannot hold, because it takes in nothing while it is compared. */
async function idsChangedAfter(
  { store }: Sides,
  cursor: number,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const ids = new Set<string>()
  for (let after = cursor; ;) {
    const page = await store.changes({ after, limit: pageSize }, { signal })
    for (const { id } of page.upserts) ids.add(id)
    for (const id of page.deletes) ids.add(id)
    if (page.done || page.cursor <= after) return [...ids]
    after = page.cursor
  }
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  if (a.length !== b.length) return false
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length)
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length)
  return left.every((bits, i) => bits === right[i])
}
