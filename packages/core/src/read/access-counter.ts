import { keysOf } from '../contracts/record-keys.ts'
import type { Store } from '../contracts/store.ts'

/** How long ids are gathered before they are written, in milliseconds. */
const gatherMs = 5_000
/** Ids that are held at most, as while the Store fails; others are not counted. */
const mostGathered = 100_000

/** What a counter of accesses is made of. */
export interface AccessParts {
  readonly store: Pick<Store, 'touch'>
  /** UTC milliseconds. */
  readonly now: () => number
  /** Told of what failed: nobody waits for it. */
  readonly onError: (error: unknown) => void
}

/**
 * Gathers the ids of the memories that searches return, and has the Store count them every 5 seconds by one statement. No
 * search waits for that or fails with it: what could not be written is tried again with what comes after it.
 */
export class AccessCounter {
  readonly #parts: AccessParts
  /** By organization. */
  #gathered = new Map<string, Set<string>>()
  #size = 0
  #lastAt = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: AccessParts) {
    this.#parts = parts
  }

  /** Notes that some memories of an organization were returned. Within 5 seconds a memory counts once. */
  note(orgId: string, ids: readonly string[]): void {
    if (ids.length === 0) return
    this.#lastAt = this.#parts.now()
    this.#gather(orgId, ids)
  }

  /** Writes what was gathered, and waits for it. */
  settle(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  #gather(orgId: string, ids: Iterable<string>): void {
    const gathered = this.#gathered.get(orgId) ?? new Set()
    const others = this.#size - gathered.size
    for (const id of ids) if (others + gathered.size < mostGathered) gathered.add(id)
    this.#gathered.set(orgId, gathered)
    this.#size = others + gathered.size
    this.#timer ??= setTimeout(() => void this.settle(), gatherMs).unref()
  }

  async #write(): Promise<void> {
    const gathered = this.#gathered
    if (this.#size === 0) return
    this.#gathered = new Map()
    this.#size = 0
    // Keys that name no user are all in one scope: the Store asks one condition for them.
    const keys = Array.from(gathered, ([orgId, ids]) => keysOf([...ids], { orgId })).flat()
    try {
      await this.#parts.store.touch(keys, this.#lastAt)
    } catch (error) {
      for (const [orgId, ids] of gathered) this.#gather(orgId, ids)
      this.#parts.onError(error)
    }
  }
}
