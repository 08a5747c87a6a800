import type { LogBatch } from '../contracts/log.ts'
import type { Scope } from '../contracts/record.ts'
import type { Match } from '../contracts/vector-index.ts'
import { ScopedVectors } from '../vectors/scoped-vectors.ts'

/** The newest change of an id that the index does not hold yet. */
interface PendingChange {
  readonly deleted: boolean
  /** The position that the log has reached once the write, or page, that this change came in is applied. */
  readonly upTo: number
}

/** A stretch cut from the tail, to be handed to the index and then dropped. */
export interface TailCut {
  readonly batch: LogBatch
  readonly changes: ReadonlyMap<string, PendingChange>
}

/**
 * The end of the change log that the index does not hold yet, in memory and searched exactly. Each id
 * stands in it once, with its newest change, in log order.
 */
export class Tail {
  readonly #vectors: ScopedVectors
  /** In log order: a Map keeps the order of insertion, and an id that changes again moves to the end. */
  readonly #pending = new Map<string, PendingChange>()

  constructor(dimensions: number) {
    this.#vectors = new ScopedVectors(dimensions)
  }

  /** How many ids have a change here. */
  get size(): number {
    return this.#pending.size
  }

  /** Takes in what follows in the log. */
  add(batch: LogBatch): void {
    for (const entry of batch.upserts) {
      this.#vectors.set(entry)
      this.#put(entry.id, { deleted: false, upTo: batch.cursor })
    }
    for (const id of batch.deletes) {
      this.#vectors.delete(id)
      this.#put(id, { deleted: true, upTo: batch.cursor })
    }
  }

  /** True when the tail, and not the index, knows what became of this id. */
  has(id: string): boolean {
    return this.#pending.has(id)
  }

  search(vector: Float32Array, k: number, scope: Scope): Match[] {
    return this.#vectors.search(vector, k, scope)
  }

  /**
   * The oldest changes, at least `size` of them where there are as many. It ends where a write ended: the
   * index's cursor must never stand inside one. Undefined when the tail is empty.
   */
  cut(size: number): TailCut | undefined {
    const changes = new Map<string, PendingChange>()
    let cursor = -1
    for (const [id, change] of this.#pending) {
      if (changes.size >= size && change.upTo !== cursor) break
      changes.set(id, change)
      cursor = change.upTo
    }
    if (changes.size === 0) return undefined
    const upserts: LogBatch['upserts'][number][] = []
    const deletes: string[] = []
    const { dimensions } = this.#vectors
    // One block: thousands of small ones, made and freed again and again, leave holes that the allocator keeps.
    const block = new Float32Array(changes.size * dimensions)
    for (const [id, change] of changes) {
      const start = upserts.length * dimensions
      const entry = change.deleted
        ? undefined
        : this.#vectors.entry(id, block.subarray(start, start + dimensions))
      if (entry) upserts.push(entry)
      else deletes.push(id)
    }
    return { batch: { upserts, deletes, cursor }, changes }
  }

  /** Forgets what the index holds now, but for ids that have changed again since. */
  drop(cut: TailCut): void {
    for (const [id, change] of cut.changes) {
      if (this.#pending.get(id) !== change) continue
      this.#pending.delete(id)
      this.#vectors.delete(id)
    }
  }

  /** Forgets every change that lies within the log up to a position. */
  dropUpTo(position: number): void {
    for (const [id, change] of this.#pending) {
      if (change.upTo > position) return
      this.#pending.delete(id)
      this.#vectors.delete(id)
    }
  }

  clear(): void {
    this.#pending.clear()
    this.#vectors.clear()
  }

  #put(id: string, change: PendingChange): void {
    this.#pending.delete(id)
    this.#pending.set(id, change)
  }
}
