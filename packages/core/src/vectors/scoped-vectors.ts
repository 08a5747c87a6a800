import type { IndexEntry } from '../contracts/log.ts'
import type { Scope } from '../contracts/record.ts'
import type { Match } from '../contracts/vector-index.ts'
import { innerProduct } from './inner-product.ts'
import { ScopedSlots } from './scoped-slots.ts'
import { TopK } from './top-k.ts'

/** The approximate size of a block in bytes: small, so that few vectors take little memory. */
const blockBytes = 2 ** 18
/** Bytes of blocks that `clear` keeps: each flush empties a tail, and allocating new memory is slow. */
const spareBytes = 2 ** 21

/**
 * Vectors in memory, each with an id and a scope, searched exactly. The vectors are in blocks, so that growing
 * copies nothing; a free slot is used again. A search reads only the scopes that it may see.
 */
export class ScopedVectors {
  readonly dimensions: number
  /** A block holds two to the power of this many vectors. */
  readonly #blockShift: number
  readonly #blocks: Float32Array[] = []
  readonly #slots = new ScopedSlots()
  readonly #free: number[] = []

  constructor(dimensions: number) {
    this.dimensions = dimensions
    this.#blockShift = Math.max(0, Math.floor(Math.log2(blockBytes / (4 * dimensions))))
  }

  get size(): number {
    return this.#slots.size
  }

  /** Returns the scope that the id was set with, or an equal one; undefined when the id is not there. */
  scopeOf(id: string): Scope | undefined {
    const slot = this.#slots.slotOf(id)
    return slot === undefined ? undefined : this.#slots.scopeOf(slot)
  }

  /**
   * Returns the inner product with the vector of this id, as `search` computes it; undefined when there is none.
   */
  score(vector: Float32Array, id: string): number | undefined {
    const slot = this.#slots.slotOf(id)
    return slot === undefined ? undefined : innerProduct(vector, this.#blockOf(slot), this.#startOf(slot))
  }

  ids(): IterableIterator<string> {
    return this.#slots.ids()
  }

  /** Adds a vector, or replaces the one with this id. */
  set({ id, scope, vector }: IndexEntry): void {
    this.delete(id)
    // Without a free slot, those in use are the first.
    const slot = this.#free.pop() ?? this.#slots.size
    if (slot >> this.#blockShift === this.#blocks.length) {
      this.#blocks.push(new Float32Array(this.dimensions << this.#blockShift))
    }
    this.#blockOf(slot).set(vector, this.#startOf(slot))
    this.#slots.set(id, scope, slot)
  }

  /** Returns whether the id was there. */
  delete(id: string): boolean {
    const slot = this.#slots.delete(id)
    if (slot === undefined) return false
    // Without its last vector, the object gives memory back.
    if (this.#slots.size === 0) this.clear()
    else this.#free.push(slot)
    return true
  }

  /** Returns a copy of the vector; undefined when there is none. */
  get(id: string): Float32Array | undefined {
    const slot = this.#slots.slotOf(id)
    return slot === undefined ? undefined : this.#copy(slot)
  }

  /** Returns the entry with a copy of its vector; the copy is in `target` if that is given. */
  entry(id: string, target: Float32Array = new Float32Array(this.dimensions)): IndexEntry | undefined {
    const slot = this.#slots.slotOf(id)
    const scope = slot === undefined ? undefined : this.#slots.scopeOf(slot)
    if (slot === undefined || !scope) return undefined
    const start = this.#startOf(slot)
    target.set(this.#blockOf(slot).subarray(start, start + this.dimensions))
    return { id, scope, vector: target }
  }

  /** Returns how many vectors a search of this scope compares. */
  count(scope: Scope): number {
    return this.#slots.count(scope)
  }

  /** Returns the k vectors of the scope with the highest inner product, best first. */
  search(vector: Float32Array, k: number, scope: Scope): Match[] {
    const best = new TopK(k)
    const { dimensions } = this
    const [blocks, shift] = [this.#blocks, this.#blockShift]
    const mask = (1 << shift) - 1
    let threshold = best.threshold
    for (const slots of this.#slots.visible(scope)) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i] as number
        const block = blocks[slot >> shift] as Float32Array
        const score = innerProduct(vector, block, (slot & mask) * dimensions)
        if (score < threshold) continue
        best.push(this.#slots.idOf(slot) as string, score)
        threshold = best.threshold
      }
    }
    return best.sorted()
  }

  clear(): void {
    const spare = Math.floor(spareBytes / ((4 * this.dimensions) << this.#blockShift))
    if (this.#blocks.length > spare) this.#blocks.length = spare
    this.#slots.clear()
    this.#free.length = 0
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
}
