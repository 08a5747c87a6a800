import type { CallOptions } from '../contracts/log.ts'
import type { Adopted } from '../contracts/staging.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { Follower } from '../follower/follower.ts'
import type { FollowerOptions } from '../follower/follower.ts'
import { isProjection } from '../follower/is-projection.ts'
import type { StagedLog } from './staged-log.ts'

/** Entries of the log that are read at a time after the switch. */
const pageSize = 1_024

/**
 * The index of the next model, which follows the log of what is staged while the index in use serves. The switch
 * moves all records by one distance in the log, and so it does what this index has come to.
 */
export class StagedIndex {
  readonly #index: VectorIndex
  readonly #options: FollowerOptions | undefined
  #follower: Follower | undefined
  #isAdopted = false

  constructor(index: VectorIndex, options: FollowerOptions | undefined) {
    this.#index = index
    this.#options = options
  }

  /** True once the index holds what the Store does, at the Store's positions. */
  get isAdopted(): boolean {
    return this.#isAdopted
  }

  /** Brings in what was written up to this call. */
  async follow(log: StagedLog, { signal }: CallOptions): Promise<void> {
    this.#follower ??= await Follower.open(log, this.#index, this.#options, { signal })
    await this.#follower.flush({ signal })
  }

  /** After the switch: takes in the last deletes, which have not moved, and goes where the records have. */
  async adopt(store: Store, { span, distance }: Adopted): Promise<void> {
    if (!this.#follower) return
    // First, since a flush that is under way still moves the index.
    await this.close()
    const { indexed } = this.#follower.state
    let after = indexed
    while (after < span.after) {
      // No more than there can be: what follows are the records that have moved, and they are here already.
      const limit = Math.min(pageSize, span.after - after)
      const { upserts, deletes, cursor } = await store.changes({ after, limit })
      if (cursor === after) break
      await this.#index.apply({ upserts, deletes, cursor, after })
      after = cursor
    }
    const cursor = indexed + distance
    if (cursor > after) await this.#index.apply({ upserts: [], deletes: [], cursor, after })
    this.#isAdopted = true
  }

  /** Stops to follow. The index stays open. */
  async close(): Promise<void> {
    await this.#follower?.close()
  }
}

/**
 * Whether an index can be filled before the switch. Not one that the Store writes in its own transactions, with the
 * vectors of the model in use; nor one that holds those, whichever object it is reached by.
 */
export async function canBeStaged(store: Store, index: VectorIndex): Promise<boolean> {
  if (index.supports.transactional) return false
  const cursor = await index.cursor()
  return cursor === 0 || !(await isProjection(store, index, cursor))
}
