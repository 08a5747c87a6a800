import type { CallOptions } from '../contracts/log.ts'
import type { Adopted } from '../contracts/staging.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { Follower } from '../follower/follower.ts'
import type { FollowerOptions } from '../follower/follower.ts'
import { IndexSlot } from '../follower/index-slot.ts'
import { isProjection } from '../follower/is-projection.ts'
import type { StagedLog } from './staged-log.ts'

/** Entries of the log that are read at a time after the switch. */
const pageSize = 1_024

/**
 * The index of the next model. It follows the log of staged vectors while the index in use serves. The switch moves
 * all records by one distance in the log, and the cursor of this index by the same distance.
 */
export class StagedIndex {
  readonly #index: VectorIndex
  readonly #options: FollowerOptions | undefined
  #log: StagedLog | undefined
  #follower: Follower | undefined
  #isAdopted = false

  constructor(index: VectorIndex, options: FollowerOptions | undefined) {
    this.#index = index
    this.#options = options
  }

  /** True once the index has the vectors of the Store, and a cursor of the Store's log. */
  get isAdopted(): boolean {
    return this.#isAdopted
  }

  /** Brings everything written before this call into the index. */
  async follow(log: StagedLog, { signal }: CallOptions): Promise<void> {
    this.#log = log
    this.#follower ??= await Follower.open(log, this.#index, this.#options, { signal })
    await this.#follower.flush({ signal })
  }

  /**
   * Call it after the switch. It applies the last deletes, which have not moved, and moves the cursor with the
   * records.
   */
  async adopt(store: Store, { span, distance }: Adopted): Promise<void> {
    if (!this.#follower || !this.#log) return
    // Close first: a running flush still moves the index.
    await this.close()
    const { indexed } = this.#follower.state
    const slot = new IndexSlot(store, this.#index)
    const noted = async (cursor: number): Promise<string | undefined> => (await slot.read()).advance(cursor)
    let after = indexed
    while (after < span.after) {
      // Only up to the switch: the entries after it are the moved records, which are in the index already.
      const limit = Math.min(pageSize, span.after - after)
      const { upserts, deletes, cursor } = await store.changes({ after, limit })
      if (cursor === after) break
      await this.#index.apply({ upserts, deletes, cursor, after, slot: await noted(cursor) })
      after = cursor
    }
    const cursor = indexed + distance
    if (cursor > after)
      await this.#index.apply({ upserts: [], deletes: [], cursor, after, slot: await noted(cursor) })
    await new IndexSlot(this.#log, this.#index).leave()
    this.#isAdopted = true
  }

  /** Stops following the log. The index stays open. */
  async close(): Promise<void> {
    await this.#follower?.close()
  }
}

/**
 * Returns whether an index can be filled before the switch. An index cannot be if the Store writes it in its own
 * transactions, with the vectors of the model in use, or if it already holds those vectors, even as another object.
 */
export async function canBeStaged(store: Store, index: VectorIndex): Promise<boolean> {
  if (index.supports.transactional) return false
  const cursor = await index.cursor()
  return cursor === 0 || !(await isProjection(store, index, cursor))
}
