import type { IndexEntry } from '../contracts/log.ts'
import { sameScope, scopeKey } from '../contracts/record-keys.ts'
import { inScope } from '../contracts/record.ts'
import type { Scope } from '../contracts/record.ts'
import type { Match } from '../contracts/vector-index.ts'
import { innerProduct } from './inner-product.ts'
import { TopK } from './top-k.ts'

/** The approximate size of a block in bytes: small, so that few vectors take little memory. */
const blockBytes = 2 ** 18
/** Bytes of blocks that `clear` keeps: each flush empties a tail, and allocating new memory is slow. */
const spareBytes = 2 ** 21

interface ScopeSlots {
  readonly scope: Scope
  /** In no order; dense, so that a search reads them fast. */
  readonly slots: number[]
}

/**
 * Vectors in memory, each with an id and a scope, searched exactly. The vectors are in blocks, so that growing
 * copies nothing; a free slot is used again. A search reads only the scopes that it may see.
 */
export class ScopedVectors {
  readonly dimensions: number
  /** A block holds two to the power of this many vectors. */
  readonly #blockShift: number
  readonly #blocks: Float32Array[] = []
  readonly #slotOf = new Map<string, number>()
  readonly #idOf: (string | undefined)[] = []
  readonly #scopeOf: ScopeSlots[] = []
  /** The place of a slot among those of its scope. */
  readonly #placeOf: number[] = []
  readonly #free: number[] = []
  readonly #scopes = new Map<string, ScopeSlots>()
  /** By user, agent or run, the scopes that name it: a search with that part reads only these. */
  readonly #scopesOfPart = new Map<string, Set<ScopeSlots>>()
  /** The scope of the vector that was set last: the next vector often has the same. */
  #lastGroup: ScopeSlots | undefined

  constructor(dimensions: number) {
    this.dimensions = dimensions
    this.#blockShift = Math.max(0, Math.floor(Math.log2(blockBytes / (4 * dimensions))))
  }

  get size(): number {
    return this.#slotOf.size
  }

  /** Returns the scope that the id was set with, or an equal one; undefined when the id is not there. */
  scopeOf(id: string): Scope | undefined {
    const slot = this.#slotOf.get(id)
    return slot === undefined ? undefined : this.#scopeOf[slot]?.scope
  }

  /**
   * Returns the inner product with the vector of this id, as `search` computes it; undefined when there is none.
   */
  score(vector: Float32Array, id: string): number | undefined {
    const slot = this.#slotOf.get(id)
    return slot === undefined ? undefined : innerProduct(vector, this.#blockOf(slot), this.#startOf(slot))
  }

  ids(): IterableIterator<string> {
    return this.#slotOf.keys()
  }

  /** Adds a vector, or replaces the one with this id. */
  set({ id, scope, vector }: IndexEntry): void {
    this.delete(id)
    const slot = this.#free.pop() ?? this.#idOf.length
    if (slot >> this.#blockShift === this.#blocks.length) {
      this.#blocks.push(new Float32Array(this.dimensions << this.#blockShift))
    }
    this.#blockOf(slot).set(vector, this.#startOf(slot))
    const group = this.#group(scope)
    this.#placeOf[slot] = group.slots.push(slot) - 1
    this.#slotOf.set(id, slot)
    this.#idOf[slot] = id
    this.#scopeOf[slot] = group
  }

  /** Returns whether the id was there. */
  delete(id: string): boolean {
    const slot = this.#slotOf.get(id)
    if (slot === undefined) return false
    if (this.#slotOf.size === 1) {
      // Without its last vector, the object gives memory back.
      this.clear()
      return true
    }
    this.#slotOf.delete(id)
    this.#idOf[slot] = undefined
    this.#free.push(slot)
    const group = this.#scopeOf[slot]
    if (group) this.#remove(slot, group)
    return true
  }

  /** Returns a copy of the vector; undefined when there is none. */
  get(id: string): Float32Array | undefined {
    const slot = this.#slotOf.get(id)
    return slot === undefined ? undefined : this.#copy(slot)
  }

  /** Returns the entry with a copy of its vector; the copy is in `target` if that is given. */
  entry(id: string, target: Float32Array = new Float32Array(this.dimensions)): IndexEntry | undefined {
    const slot = this.#slotOf.get(id)
    const scope = slot === undefined ? undefined : this.#scopeOf[slot]?.scope
    if (slot === undefined || !scope) return undefined
    const start = this.#startOf(slot)
    target.set(this.#blockOf(slot).subarray(start, start + this.dimensions))
    return { id, scope, vector: target }
  }

  /** Returns how many vectors a search of this scope compares. */
  count(scope: Scope): number {
    let count = 0
    for (const group of this.#visible(scope)) count += group.slots.length
    return count
  }

  /** Returns the k vectors of the scope with the highest inner product, best first. */
  search(vector: Float32Array, k: number, scope: Scope): Match[] {
    const best = new TopK(k)
    const { dimensions } = this
    const [blocks, shift] = [this.#blocks, this.#blockShift]
    const mask = (1 << shift) - 1
    let threshold = best.threshold
    for (const { slots } of this.#visible(scope)) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i] as number
        const block = blocks[slot >> shift] as Float32Array
        const score = innerProduct(vector, block, (slot & mask) * dimensions)
        if (score < threshold) continue
        best.push(this.#idOf[slot] as string, score)
        threshold = best.threshold
      }
    }
    return best.sorted()
  }

  clear(): void {
    const spare = Math.floor(spareBytes / ((4 * this.dimensions) << this.#blockShift))
    if (this.#blocks.length > spare) this.#blocks.length = spare
    this.#slotOf.clear()
    this.#idOf.length = 0
    this.#scopeOf.length = 0
    this.#placeOf.length = 0
    this.#lastGroup = undefined
    this.#free.length = 0
    this.#scopes.clear()
    this.#scopesOfPart.clear()
  }

  #copy(slot: number): Float32Array {
    const start = this.#startOf(slot)
    return this.#blockOf(slot).slice(start, start + this.dimensions)
  }

  #startOf(slot: number): number {
    return (slot & ((1 << this.#blockShift) - 1)) * this.dimensions
  }

  #blockOf(slot: number): Float32Array {
    const block = this.#blocks[slot >> this.#blockShift]
    if (!block) throw new RangeError(`There is no block for slot ${slot}.`)
    return block
  }

  /** Removes a slot from its scope; the last slot of the scope takes its place. */
  #remove(slot: number, group: ScopeSlots): void {
    const last = group.slots.pop()
    if (last !== undefined && last !== slot) {
      const place = this.#placeOf[slot] as number
      group.slots[place] = last
      this.#placeOf[last] = place
    }
    if (group.slots.length === 0) this.#forget(group)
  }

  #group(scope: Scope): ScopeSlots {
    if (this.#lastGroup && sameScope(this.#lastGroup.scope, scope)) return this.#lastGroup
    const key = scopeKey(scope)
    let group = this.#scopes.get(key)
    if (!group) {
      group = { scope, slots: [] }
      this.#scopes.set(key, group)
      for (const part of partsOf(scope)) {
        const groups = this.#scopesOfPart.get(part)
        if (groups) groups.add(group)
        else this.#scopesOfPart.set(part, new Set([group]))
      }
    }
    this.#lastGroup = group
    return group
  }

  #forget(group: ScopeSlots): void {
    if (this.#lastGroup === group) this.#lastGroup = undefined
    const { scope } = group
    this.#scopes.delete(scopeKey(scope))
    for (const part of partsOf(scope)) {
      const groups = this.#scopesOfPart.get(part)
      groups?.delete(group)
      if (groups?.size === 0) this.#scopesOfPart.delete(part)
    }
  }

  /**
   * Yields the groups that a filter lets through. It looks them up by the part of the filter that the fewest groups
   * have.
   */
  *#visible(filter: Scope): Generator<ScopeSlots> {
    let candidates: Iterable<ScopeSlots> & { readonly size?: number } = this.#scopes.values()
    let fewest = Infinity
    for (const part of partsOf(filter)) {
      const groups = this.#scopesOfPart.get(part)
      if (!groups) return
      if (groups.size < fewest) [candidates, fewest] = [groups, groups.size]
    }
    for (const group of candidates) if (inScope(group.scope, filter)) yield group
  }
}

function partsOf(scope: Scope): string[] {
  const parts: string[] = []
  if (scope.userId !== undefined) parts.push(`u${scope.userId}`)
  if (scope.agentId !== undefined) parts.push(`a${scope.agentId}`)
  if (scope.runId !== undefined) parts.push(`r${scope.runId}`)
  return parts
}
