import type { ProgressOptions } from '../contracts/progress.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { judge, mend, mostAttempts } from './compare-index.ts'
import type { VerifyResult } from './compare-index.ts'
import type { Follower } from './follower.ts'

/** What a check looks at. */
export interface VerifyOptions extends ProgressOptions {
  /** True: also asks the database of the Store to check itself, before its vectors are compared. Default false. */
  readonly database?: boolean | undefined
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
  readonly store: Pick<Store, 'changes' | 'stats' | 'checkDatabase'>
  readonly index: VectorIndex
  readonly follower: Pick<Follower, 'flush' | 'whileHeld' | 'rebuild'>
}

/**
 * Compares every vector of the Store with the index's, bit by bit, and counts what the index has besides.
 * The follower gives it nothing meanwhile; what is written in that time is not judged.
 */
export async function verifyIndex(parts: ComparedParts, options: VerifyOptions): Promise<VerifyResult> {
  const { signal } = options
  const database = options.database ? await parts.store.checkDatabase({ signal }) : undefined
  if (database && database.problems.length > 0) {
    return { ok: false, checked: 0, missing: [], different: [], orphans: 0, database }
  }
  const found = await compareWithIndex(parts, options)
  return database ? { ...found, database } : found
}

async function compareWithIndex(parts: ComparedParts, options: ProgressOptions): Promise<VerifyResult> {
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

/**
 * Mends what `verifyIndex` finds: writes missing and different vectors anew, or rebuilds where there are orphans. Nothing is
 * mended from a database that is damaged.
 * The progress is that of the check first, then that of the mending, which counts from 0 again.
 */
export async function repairIndex(parts: ComparedParts, options: VerifyOptions): Promise<RepairResult> {
  const { index, follower } = parts
  const found = await verifyIndex(parts, options)
  const isDamaged = found.database !== undefined && found.database.problems.length > 0
  if (found.ok || isDamaged) return { found, written: 0, rebuilt: false }
  if (found.orphans > 0) {
    await follower.rebuild(options)
    const { vectors } = await index.stats()
    return { found, written: vectors, rebuilt: true }
  }
  const written = await follower.whileHeld(() => mend(parts, options), options)
  return { found, written, rebuilt: false }
}
