import { MemoryError } from './errors.ts'
import type { Embedder, EmbedOptions } from './embedder.ts'
import { checkArray, checkKeys, checkText, invalid, maxContentLength, show } from './guard-values.ts'
import { innerProduct } from './inner-product.ts'
import { Lifecycle } from './lifecycle.ts'

const guarded = new WeakSet<Embedder>()

/**
 * The same Embedder behind checks: texts and lifecycle on the way in; on the way out one finite vector a
 * text, of the right dimension and unit length. A vector of another length is scaled, a zero vector or a
 * missing one is an error: none is ever made up. Batches longer than the Embedder's `batchSize` are sent
 * in several calls. Guarding twice changes nothing.
 */
export function guardEmbedder(embedder: Embedder): Embedder {
  if (guarded.has(embedder)) return embedder
  const guard = new GuardedEmbedder(embedder)
  guarded.add(guard)
  return guard
}

class GuardedEmbedder implements Embedder {
  readonly #embedder: Embedder
  readonly #life: Lifecycle

  constructor(embedder: Embedder) {
    this.#embedder = embedder
    this.#life = new Lifecycle(`The embedder ${embedder.model}`)
  }

  get model(): string {
    return this.#embedder.model
  }
  get dimensions(): number {
    return this.#embedder.dimensions
  }
  get maxTokens(): number | undefined {
    return this.#embedder.maxTokens
  }
  get batchSize(): number | undefined {
    return this.#embedder.batchSize
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    checkKeys(options, ['as', 'signal'], 'options')
    if (options.as !== undefined && options.as !== 'document' && options.as !== 'query') {
      throw invalid(`options.as must be 'document' or 'query', not ${show(options.as)}.`)
    }
    for (const text of checkArray(texts, 'texts')) checkText(text, 'text', maxContentLength)
    return this.#life.run('embed', () => this.#embedInBatches(texts, options), options.signal)
  }

  async #embedInBatches(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    const size = this.batchSize ?? texts.length
    const vectors: Float32Array[] = []
    for (let start = 0; start < texts.length; start += size) {
      const batch = start === 0 && size >= texts.length ? texts : texts.slice(start, start + size)
      const answers = await this.#embedder.embed(batch, options)
      if (answers.length !== batch.length) {
        throw new MemoryError(
          'BACKEND',
          `The embedder ${this.model} returned ${answers.length} vectors for ${batch.length} texts; none is used.`,
        )
      }
      for (const vector of answers) vectors.push(unitVector(vector, this.dimensions, this.model))
    }
    return vectors
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#embedder.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** The vector itself when it has unit length (within 1e-4 of its square), otherwise a scaled copy. */
export function unitVector(vector: Float32Array, dimensions: number, source: string): Float32Array {
  if (!(vector instanceof Float32Array) || vector.length !== dimensions) {
    const found = vector instanceof Float32Array ? `${vector.length} dimensions` : show(vector)
    throw new MemoryError(
      'BACKEND',
      `${source} gave ${found} where a Float32Array of ${dimensions} is expected.`,
    )
  }
  const square = innerProduct(vector, vector, 0)
  if (!Number.isFinite(square) || square === 0) {
    throw new MemoryError(
      'BACKEND',
      `${source} gave a vector of length ${Math.sqrt(square)}, which has no direction.`,
    )
  }
  if (Math.abs(square - 1) < 1e-4) return vector
  const length = Math.sqrt(square)
  return vector.map(value => value / length)
}
