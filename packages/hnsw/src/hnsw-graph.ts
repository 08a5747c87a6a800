import { nativeCall } from '@agentmem/core/adapter'
import type { HierarchicalNsw, HierarchicalNswClass } from './load-hnswlib.ts'

export interface GraphShape {
  readonly dimensions: number
  readonly m: number
  readonly efConstruction: number
}

/**
 * Elements of a graph when it is made. An unused element takes 57 bytes, for its lock and level; vectors and links take
 * memory when they are written. So this many cost 4 MB.
 */
const firstCapacity = 65_536
const randomSeed = 100

/**
 * hnswlib's graph, addressed by id. Its labels are numbers that are used once: a vector that is replaced or
 * removed leaves its old label behind, marked as deleted, and searches still pass through it. The owner
 * builds a new graph long before labels could reach 2^32, where hnswlib lets them wrap.
 *
 * Every call of it is a `nativeCall`, however short: the addon ends the process where it finds its thread gone.
 *
 * The space is the inner product, not hnswlib's cosine, which would divide unit vectors by their rounded
 * length once more and so change their last bits.
 */
export class HnswGraph {
  readonly #index: HierarchicalNsw
  /** By label; undefined once deleted. */
  readonly #ids: (string | undefined)[]
  readonly #labels: Map<string, number>
  /** hnswlib takes only plain arrays, so one is refilled for each call. It must never hold anything but numbers. */
  readonly #point: number[]

  private constructor(index: HierarchicalNsw, dimensions: number, labels: ReadonlyMap<string, number>) {
    this.#index = index
    this.#point = Array.from({ length: dimensions }, () => 0.5)
    this.#labels = new Map(labels)
    this.#ids = Array.from({ length: index.getCurrentCount() }, () => undefined)
    for (const [id, label] of labels) this.#ids[label] = id
  }

  /** Has room for twice `size` vectors, and grows when it is full. */
  static empty(Nsw: HierarchicalNswClass, shape: GraphShape, size = 0): HnswGraph {
    const capacity = Math.max(firstCapacity, 2 * size)
    return nativeCall(() => {
      const index = new Nsw('ip', shape.dimensions)
      index.initIndex(capacity, shape.m, shape.efConstruction, randomSeed)
      return new HnswGraph(index, shape.dimensions, new Map())
    })
  }

  /** hnswlib does not notice a file of another dimension: the caller must know that the file fits. */
  static read(
    Nsw: HierarchicalNswClass,
    dimensions: number,
    file: string,
    labels: ReadonlyMap<string, number>,
  ): HnswGraph {
    return nativeCall(() => {
      const index = new Nsw('ip', dimensions)
      index.readIndexSync(file)
      return new HnswGraph(index, dimensions, labels)
    })
  }

  /** Live vectors. */
  get size(): number {
    return this.#labels.size
  }

  /** Labels that only searches pass through. */
  get deleted(): number {
    return this.#ids.length - this.#labels.size
  }

  labelOf(id: string): number | undefined {
    return this.#labels.get(id)
  }

  set(id: string, vector: Float32Array): void {
    this.delete(id)
    const label = this.#ids.length
    // Growing allocates all locks again, 0.3 µs each, however little is added: so the capacity doubles.
    nativeCall(() => {
      if (label === this.#index.getMaxElements()) this.#index.resizeIndex(2 * label)
      this.#index.addPoint(this.#fill(vector), label)
    })
    this.#ids.push(id)
    this.#labels.set(id, label)
  }

  delete(id: string): void {
    const label = this.#labels.get(id)
    if (label === undefined) return
    nativeCall(() => this.#index.markDelete(label))
    this.#labels.delete(id)
    this.#ids[label] = undefined
  }

  /** The `count` nearest of the `ef` nearest visible ids that the graph finds, by hnswlib's float distance. */
  search(vector: Float32Array, count: number, ef: number, isVisible?: (id: string) => boolean): string[] {
    const filter =
      isVisible &&
      ((label: number): boolean => {
        const id = this.#ids[label]
        return id !== undefined && isVisible(id)
      })
    const { neighbors } = nativeCall(() => {
      this.#index.setEf(ef)
      return this.#index.searchKnn(this.#fill(vector), Math.min(count, this.#ids.length), filter)
    })
    return neighbors.flatMap(label => this.#ids[label] ?? [])
  }

  /**
   * Blocks the thread. hnswlib-node's asynchronous calls cannot be used: Node aborts when the process exits, or the
   * worker is terminated, while one is running, and `nativeCall` does not see them.
   */
  write(file: string): void {
    nativeCall(() => this.#index.writeIndexSync(file))
  }

  #fill(vector: Float32Array): number[] {
    const point = this.#point
    for (let i = 0; i < point.length; i++) point[i] = vector[i] as number
    return point
  }
}
