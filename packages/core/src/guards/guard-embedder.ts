import { checkArray, checkOptions, checkText, invalid, maxContentLength } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import { unitVector } from '../checks/unit-vector.ts'
import type { Embedder, EmbedOptions } from '../contracts/embedder.ts'
import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import { untilAborted } from '../contracts/until-aborted.ts'
import type { EmbedSignal } from '../signals/signals.ts'
import { lengthOf, trace } from '../signals/trace.ts'
import { Lifecycle } from './lifecycle.ts'
import { onlyMemoryErrors } from './only-memory-errors.ts'

const guarded = new WeakSet<Embedder>()

/**
 * The same Embedder behind checks: texts and lifecycle on the way in; on the way out one finite vector a
 * text, of the right dimension and unit length. A vector of another length is scaled, a zero vector or a
 * missing one is an error: none is ever made up. Batches longer than the Embedder's `batchSize` are sent
 * in several calls. A wait ends with its signal, whether the Embedder heeds it or not. Guarding twice changes nothing.
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
    this.#life = new Lifecycle(`The embedder ${embedder.model}`, { forgetsGivenUp: true })
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
  get lexical(): boolean | undefined {
    return this.#embedder.lexical
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    checkOptions(options, ['as'])
    if (options.as !== undefined && options.as !== 'document' && options.as !== 'query') {
      throw invalid(`options.as must be 'document' or 'query', not ${show(options.as)}.`)
    }
    for (const text of checkArray(texts, 'texts')) checkText(text, 'text', maxContentLength)
    const message = (): EmbedSignal => ({
      model: this.model,
      texts: texts.length,
      characters: lengthOf(texts),
    })
    const work = (): Promise<Float32Array[]> => this.#embedInBatches(texts, options)
    return trace('embed', message, () => this.#life.run('embed', work, options.signal))
  }

  async #embedInBatches(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    const size = this.batchSize ?? texts.length
    const vectors: Float32Array[] = []
    for (let start = 0; start < texts.length; start += size) {
      throwIfAborted(options.signal)
      const batch = start === 0 && size >= texts.length ? texts : texts.slice(start, start + size)
      const answers = await untilAborted(this.#embedder.embed(batch, options), options.signal)
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

onlyMemoryErrors(GuardedEmbedder.prototype, 'Embedder')
