import { checkArray, checkOptions, checkText, maxContentLength } from '../checks/check-values.ts'
import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { Reranker } from '../contracts/reranker.ts'
import { show } from '../contracts/show-value.ts'
import { Lifecycle } from './lifecycle.ts'
import { onlyMemoryErrors } from './only-memory-errors.ts'

const guarded = new WeakSet<Reranker>()

/**
 * The same Reranker behind checks: query, texts and lifecycle on the way in; on the way out one number from 0 to 1 a
 * text. Other answers are `BACKEND`: no score is ever made up. Batches longer than the Reranker's `batchSize` are sent in
 * several calls, an empty one in none. Guarding twice changes nothing.
 */
export function guardReranker(reranker: Reranker): Reranker {
  if (guarded.has(reranker)) return reranker
  const guard = new GuardedReranker(reranker)
  guarded.add(guard)
  return guard
}

class GuardedReranker implements Reranker {
  readonly #reranker: Reranker
  readonly #life: Lifecycle

  constructor(reranker: Reranker) {
    this.#reranker = reranker
    this.#life = new Lifecycle(`The reranker ${reranker.model}`, { forgetsGivenUp: true })
  }

  get model(): string {
    return this.#reranker.model
  }
  get batchSize(): number | undefined {
    return this.#reranker.batchSize
  }

  async rerank(query: string, texts: readonly string[], options: CallOptions = {}): Promise<number[]> {
    checkOptions(options)
    checkText(query, 'query', maxContentLength)
    // A memory may come with others around it: together they may be longer than one can be.
    for (const text of checkArray(texts, 'texts')) checkText(text, 'text', Infinity)
    return this.#life.run('rerank', () => this.#rerankInBatches(query, texts, options), options.signal)
  }

  async #rerankInBatches(query: string, texts: readonly string[], options: CallOptions): Promise<number[]> {
    const size = this.batchSize ?? texts.length
    const scores: number[] = []
    for (let start = 0; start < texts.length; start += size) {
      throwIfAborted(options.signal)
      const batch = texts.slice(start, start + size)
      const answers = await this.#reranker.rerank(query, batch, options)
      if (answers.length !== batch.length) {
        throw this.#wrong(`${answers.length} scores for ${batch.length} texts; none is used`)
      }
      for (const score of answers) scores.push(this.#checked(score))
    }
    return scores
  }

  #checked(score: unknown): number {
    if (typeof score === 'number' && score >= 0 && score <= 1) return score
    throw this.#wrong(`the score ${show(score)}, where a number from 0 to 1 is expected`)
  }

  #wrong(what: string): MemoryError {
    return new MemoryError('BACKEND', `The reranker ${this.model} returned ${what}.`)
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#reranker.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

onlyMemoryErrors(GuardedReranker.prototype, 'Reranker')
