import { scopeKey } from '../contracts/record-keys.ts'
import type { Scope } from '../contracts/record.ts'
import type { TextEntry } from '../contracts/text-index.ts'
import { LoadedShelf } from './loaded-shelf.ts'

export interface ShelfLimits {
  readonly maxBytes: number
  readonly subwords: boolean
}

/** The shelves that are held, one for each filter that was searched; those used longest ago go when memory is short. */
export class TextShelves {
  readonly #limits: ShelfLimits
  /** By the key of the filter, the one used last at the end. */
  readonly #shelves = new Map<string, LoadedShelf>()

  /** What each took when it was counted last, and all of them together: with many tenants there are many. */
  readonly #bytesOf = new Map<LoadedShelf, number>()
  #bytes = 0

  constructor(limits: ShelfLimits) {
    this.#limits = limits
  }

  get isEmpty(): boolean {
    return this.#shelves.size === 0
  }

  get all(): Iterable<LoadedShelf> {
    return this.#shelves.values()
  }

  get stats(): { readonly scopes: number; readonly texts: number; readonly bytes: number } {
    let [texts, bytes] = [0, 0]
    for (const shelf of this.#shelves.values()) {
      texts += shelf.size
      bytes += shelf.bytes
    }
    return { scopes: this.#shelves.size, texts, bytes }
  }

  /** How many texts the shelf of a filter has; undefined where there is none. */
  sizeOf(filter: Scope): number | undefined {
    return this.#shelves.get(scopeKey(filter))?.size
  }

  /** The shelf of a filter, which is the one used last then. `load` begins to fill one that is new. */
  use(filter: Scope, load: (shelf: LoadedShelf) => Promise<void>): LoadedShelf {
    const key = scopeKey(filter)
    const held = this.#shelves.get(key)
    if (held) {
      this.#shelves.delete(key)
      this.#shelves.set(key, held)
      return held
    }
    const shelf = new LoadedShelf(filter, this.#limits)
    this.#shelves.set(key, shelf)
    shelf.loading = load(shelf)
      .catch((error: unknown) => {
        // The next search tries again.
        if (this.#shelves.get(key) === shelf) this.#shelves.delete(key)
        throw error
      })
      .finally(() => (shelf.loading = undefined))
    // Those who wait for it are told; when all of them have gone, nobody is.
    shelf.loading.catch(() => undefined)
    return shelf
  }

  /** Whether a shelf is still told of changes. */
  holds(shelf: LoadedShelf): boolean {
    return this.#shelves.get(scopeKey(shelf.filter)) === shelf
  }

  upsert(entry: TextEntry): void {
    for (const filter of filtersOf(entry.scope)) this.#shelves.get(scopeKey(filter))?.upsert(entry)
  }

  delete(id: string): void {
    for (const shelf of this.#shelves.values()) shelf.delete(id)
  }

  /**
   * Counts a shelf anew, which may have grown, and lets go of those used longest ago until the rest fits; never of the one
   * used last.
   */
  fit(grown: LoadedShelf): void {
    const { bytes } = grown
    this.#bytes += bytes - (this.#bytesOf.get(grown) ?? 0)
    this.#bytesOf.set(grown, bytes)
    if (this.#bytes <= this.#limits.maxBytes) return
    for (const [key, shelf] of this.#shelves) {
      if (this.#bytes <= this.#limits.maxBytes || this.#shelves.size === 1) return
      if (shelf.loading) continue
      this.#bytes -= this.#bytesOf.get(shelf) ?? 0
      this.#bytesOf.delete(shelf)
      this.#shelves.delete(key)
    }
  }

  clear(): void {
    this.#shelves.clear()
    this.#bytesOf.clear()
    this.#bytes = 0
  }
}

/** The filters that let a scope through: each of its parts named or left out. */
function filtersOf({ orgId, userId, agentId, runId }: Scope): Scope[] {
  let filters: Scope[] = [{ orgId }]
  for (const part of [{ userId }, { agentId }, { runId }]) {
    if (Object.values(part)[0] === undefined) continue
    filters = filters.flatMap(filter => [filter, { ...filter, ...part }])
  }
  return filters
}
