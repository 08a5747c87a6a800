import {
  checkArray,
  checkStoredId,
  checkInteger,
  checkKeys,
  checkOptions,
  checkPlainObject,
  checkScope,
  checkText,
  checkVector,
  invalid,
} from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { CallOptions, LogBatch } from '../contracts/log.ts'
import type { IndexStats, IndexSupports, Match, VectorIndex, VectorQuery } from '../contracts/vector-index.ts'
import type { IndexSignal } from '../signals/signals.ts'
import { listed, trace } from '../signals/trace.ts'
import { Lifecycle } from './lifecycle.ts'
import { onlyMemoryErrors } from './only-memory-errors.ts'

const guarded = new WeakSet<VectorIndex>()

/**
 * The same index behind checks: arguments, lifecycle, aligned answers, one kind of error. Native backends
 * abort the process, pad or cut when they are given a wrong vector, so none gets there. Guarding twice
 * changes nothing.
 */
export function guardIndex(index: VectorIndex): VectorIndex {
  if (guarded.has(index)) return index
  const guard = new GuardedIndex(index)
  guarded.add(guard)
  return guard
}

class GuardedIndex implements VectorIndex {
  readonly #index: VectorIndex
  readonly #life: Lifecycle

  constructor(index: VectorIndex) {
    this.#index = index
    this.#life = new Lifecycle(`The ${index.name} index`)
  }

  get name(): string {
    return this.#index.name
  }
  get dimensions(): number {
    return this.#index.dimensions
  }
  get metric(): 'cosine' {
    return this.#index.metric
  }
  get supports(): IndexSupports {
    return this.#index.supports
  }

  async apply(batch: LogBatch, options: CallOptions = {}): Promise<void> {
    checkOptions(options)
    checkPlainObject(batch, 'batch')
    checkInteger(batch.cursor, 'batch.cursor', 0, Number.MAX_SAFE_INTEGER)
    if (batch.after !== undefined) checkInteger(batch.after, 'batch.after', 0, Number.MAX_SAFE_INTEGER)
    if (batch.slot !== undefined) checkText(batch.slot, 'batch.slot')
    const ids = new Set<string>()
    for (const upsert of checkArray(batch.upserts, 'batch.upserts')) {
      checkPlainObject(upsert, 'batch.upserts')
      const { id, scope, vector } = upsert
      checkOnce(ids, id)
      checkScope(scope)
      checkVector(vector, this.dimensions, `vector of ${show(id)}`)
    }
    for (const id of checkArray(batch.deletes, 'batch.deletes')) checkOnce(ids, id)
    const changes = batch.upserts.length + batch.deletes.length
    return this.#run('apply', changes, options, () => this.#index.apply(batch, options))
  }

  async search(queries: readonly VectorQuery[], options: CallOptions = {}): Promise<Match[][]> {
    checkOptions(options)
    for (const query of checkArray(queries, 'queries')) {
      checkPlainObject(query, 'query')
      checkKeys(query, ['vector', 'k', 'scope'], 'query')
      checkVector(query.vector, this.dimensions, 'query.vector')
      checkInteger(query.k, 'query.k', 1, Number.MAX_SAFE_INTEGER)
      checkScope(query.scope)
    }
    return this.#aligned('search', queries, options, () => this.#index.search(queries, options))
  }

  async get(ids: readonly string[], options: CallOptions = {}): Promise<(Float32Array | undefined)[]> {
    checkOptions(options)
    for (const id of checkArray(ids, 'ids')) checkStoredId(id)
    return this.#aligned('get', ids, options, () => this.#index.get(ids, options))
  }

  async cursor(): Promise<number> {
    return this.#run('cursor', undefined, {}, () => this.#index.cursor())
  }

  async slot(): Promise<string | undefined> {
    return this.#run('slot', undefined, {}, () => this.#index.slot())
  }

  async clear(): Promise<void> {
    return this.#run('clear', undefined, {}, () => this.#index.clear())
  }

  async optimize(): Promise<void> {
    return this.#run('optimize', undefined, {}, () => this.#index.optimize())
  }

  async stats(): Promise<IndexStats> {
    return this.#run('stats', undefined, {}, () => this.#index.stats())
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#index.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #aligned<T>(
    doing: string,
    questions: readonly unknown[],
    options: CallOptions,
    work: () => Promise<T[]>,
  ): Promise<T[]> {
    return this.#run(doing, questions.length, options, async () => {
      const answers = questions.length === 0 ? [] : await work()
      if (answers.length === questions.length) return answers
      throw new Error(`${answers.length} answers came back for ${questions.length} questions`)
    })
  }

  /** One call, told of its items; undefined where it is given no list. */
  #run<T>(
    doing: string,
    items: number | undefined,
    { signal }: CallOptions,
    work: () => Promise<T>,
  ): Promise<T> {
    const message = (): IndexSignal => ({
      index: this.name,
      call: doing,
      ...(items !== undefined && { items }),
    })
    return trace('index', message, () => this.#life.run(doing, work, signal), listed)
  }
}

onlyMemoryErrors(GuardedIndex.prototype, 'VectorIndex')

function checkOnce(seen: Set<string>, id: string): void {
  checkStoredId(id)
  if (seen.has(id)) throw invalid(`batch has the id ${show(id)} twice; only its last change belongs there.`)
  seen.add(id)
}
