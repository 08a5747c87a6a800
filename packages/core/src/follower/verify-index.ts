import { MemoryError } from '../contracts/errors.ts'
import type { IndexEntry } from '../contracts/log.ts'
import type { ProgressOptions } from '../contracts/progress.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { Follower } from './follower.ts'

/** How an index differs from its Store. */
export interface VerifyResult {
  /** True when the index holds exactly the vectors of the Store. */
  readonly ok: boolean
  /** Memories compared. */
  readonly checked: number
  /** Ids whose vector the index lacks; at most 1,000 are named. */
  readonly missing: string[]
  /** Ids whose vector in the index is another; at most 1,000 are named. */
  readonly different: string[]
  /** Vectors in the index that belong to no memory. */
  readonly orphans: number
}

/** What a repair has done. */
export interface RepairResult {
  /** What was wrong before. */
  readonly found: VerifyResult
  /** Vectors written anew. */
  readonly written: number
  /** True when the index was emptied and filled again from the Store. */
  readonly rebuilt: boolean
}

/** What is compared, and what keeps it in step. */
export interface ComparedParts {
  readonly store: Pick<Store, 'changes' | 'stats'>
  readonly index: VectorIndex
  readonly follower: Pick<Follower, 'flush' | 'whileHeld' | 'rebuild'>
}

const pageSize = 1_000
const mostNamed = 1_000
/** How often an index that moves while it is compared, or mended, is compared again. */
const mostAttempts = 3

/**
 * Compares every vector of the Store with the index's, bit by bit, and counts what the index has besides.
 * The follower gives it nothing meanwhile; what is written in that time is not judged.
 */
export async function verifyIndex(parts: ComparedParts, options: ProgressOptions): Promise<VerifyResult> {
  const { signal } = options
  await parts.follower.flush({ signal })
  return parts.follower.whileHeld(
    async () => {
      for (let attempt = 1; ; attempt++) {
        const cursor = await parts.index.cursor()
        const result = await judge(parts, cursor, options)
        // An index that the Store writes itself, or a process that had the lease before, may have moved it.
        if (result.ok || attempt === mostAttempts || (await parts.index.cursor()) === cursor) return result
      }
    },
    { signal },
  )
}

async function judge(parts: ComparedParts, cursor: number, options: ProgressOptions): Promise<VerifyResult> {
  const { signal } = options
  const same = new Set<string>()
  const missing = new Set<string>()
  const different = new Set<string>()
  for await (const { entries } of compare(parts, options)) {
    for (const { entry, held } of entries) {
      const group = held === undefined ? missing : sameBits(entry.vector, held) ? same : different
      group.add(entry.id)
    }
  }
  const unjudged = await idsChangedAfter(parts, cursor, signal)
  for (const id of unjudged) for (const group of [same, missing, different]) group.delete(id)
  const unjudgedHeld = (await parts.index.get(unjudged, { signal })).filter(vector => vector !== undefined)
  const { vectors } = await parts.index.stats()
  const orphans = Math.max(0, vectors - same.size - different.size - unjudgedHeld.length)
  return {
    ok: missing.size + different.size + orphans === 0,
    checked: same.size + missing.size + different.size,
    missing: [...missing].slice(0, mostNamed),
    different: [...different].slice(0, mostNamed),
    orphans,
  }
}

/**
 * Mends what `verifyIndex` finds: writes missing and different vectors anew, or rebuilds where there are orphans.
 * The progress is that of the check first, then that of the mending, which counts from 0 again.
 */
export async function repairIndex(parts: ComparedParts, options: ProgressOptions): Promise<RepairResult> {
  const { index, follower } = parts
  const found = await verifyIndex(parts, options)
  if (found.ok) return { found, written: 0, rebuilt: false }
  if (found.orphans > 0) {
    await follower.rebuild(options)
    const { vectors } = await index.stats()
    return { found, written: vectors, rebuilt: true }
  }
  const written = await follower.whileHeld(async () => {
    let written = 0
    for (let attempt = 1; ; attempt++) {
      const { count, refusal } = await mend(parts, options)
      written += count
      if (!refusal) return written
      if (attempt === mostAttempts) throw refusal
    }
  }, options)
  return { found, written, rebuilt: false }
}

/** Writes what differs, page by page. An index that the Store writes itself may refuse a page, having moved on. */
async function mend(
  parts: ComparedParts,
  options: ProgressOptions,
): Promise<{ readonly count: number; readonly refusal: MemoryError | undefined }> {
  let count = 0
  let refusal: MemoryError | undefined
  for await (const { cursor, entries } of compare(parts, options)) {
    const differing = entries.filter(({ entry, held }) => !held || !sameBits(entry.vector, held))
    if (differing.length === 0) continue
    const upserts = differing.map(({ entry }) => entry)
    try {
      await parts.index.apply({ upserts, deletes: [], cursor, after: cursor }, { signal: options.signal })
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
  { store, index }: ComparedParts,
  { signal, onProgress }: ProgressOptions,
): AsyncGenerator<ComparedPage> {
  const { memories } = await store.stats()
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
  { store }: ComparedParts,
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
