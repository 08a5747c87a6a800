import {
  checkArray,
  checkBoolean,
  checkId,
  checkInteger,
  checkOptions,
  invalid,
} from './checks/check-values.ts'
import { MemoryError } from './contracts/errors.ts'
import type { Extractor } from './contracts/extractor.ts'
import { mintId } from './contracts/mint-id.ts'
import type { Scope } from './contracts/record.ts'
import { show } from './contracts/show-value.ts'
import type * as face from './infer-api.ts'
import { inferFacts } from './infer/infer-facts.ts'
import type { Inferred } from './infer/infer-facts.ts'
import { processPending } from './infer/process-pending.ts'
import { receiveMessages } from './infer/receive-messages.ts'
import type { Received } from './infer/receive-messages.ts'
import { revertBatch } from './infer/revert-batch.ts'
import { Spending } from './infer/spending.ts'
import type { Inferring } from './infer/store-facts.ts'
import type { AddInput, ScopeOptions } from './memory-api.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryRemovals } from './memory-removals.ts'
import type * as calls from './process-api.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import { narrowScope, scopeOptions } from './parts/narrow-scope.ts'
import { checkAddOptions, parseInput } from './write/parse-input.ts'
import type { ParsedInput } from './write/parse-input.ts'

/** Messages that are worked on in the call that adds them are left to nobody else for so long, in milliseconds. */
const reservedMs = 600_000

/** The calls of a Memory that make memories of messages. */
export class MemoryInference extends MemoryRemovals {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  protected constructor(engine: MemoryEngine, scope: Scope, tenant: boolean) {
    super(engine, scope, tenant)
    this.#engine = engine
    this.#scope = scope
  }

  /**
   * Makes the facts of messages that wait: those that were added with `wait: 'stored'`, and those whose facts could not be made
   * then. One process works on an organization at a time; another waits for it. Stopped at any moment, nothing is lost, and no
   * answer is paid for twice that was written down.
   *
   * @example
   * const { messages, failed, usage } = await memory.process({ budget: { calls: 20 } })
   */
  async process(options: calls.ProcessOptions = {}): Promise<calls.ProcessResult> {
    checkOptions(options, [...scopeOptions, 'limit', 'budget', 'retryParked'])
    const { limit = Number.MAX_SAFE_INTEGER, budget, retryParked = false, signal } = options
    checkInteger(limit, 'limit', 1, Number.MAX_SAFE_INTEGER)
    checkBoolean(retryParked, 'retryParked')
    const scope = narrowScope(this.#scope, options)
    const extractor = this.#extractor()
    const spending = new Spending(budget, extractor.asksModel)
    const batch = mintId()
    const inferred = await this.#engine.run(
      'process',
      parts =>
        processPending(
          this.#inferring(parts, extractor, batch, spending, true),
          { scope, limit, retryParked },
          { signal },
        ),
      { signal },
    )
    const result = this.#resultOf(inferred, batch, spending)
    return { ...result, messages: inferred.done.map(({ record }) => record.id) }
  }

  /**
   * Undoes what one run inferred, in one transaction; the messages stay. `batch` is that of the result of `add`, `addBatch` or
   * `process`. Throws `CONFLICT`, which names it, when a later run built on it.
   *
   * @example
   * const { removed, restored } = await memory.revert(result.batch, { userId: 'ana' })
   */
  async revert(
    batch: string,
    options: ScopeOptions & { signal?: AbortSignal } = {},
  ): Promise<face.RevertResult> {
    checkOptions(options, [...scopeOptions])
    checkId(batch, 'batch')
    const scope = narrowScope(this.#scope, options)
    const { signal } = options
    return this.#engine.run('revert', parts => revertBatch(parts, batch, scope, { signal }), { signal })
  }

  /** Stores messages, and makes their facts unless that is to wait. */
  protected async infer(
    inputs: readonly AddInput[],
    { infer: _infer, wait = 'done', ...options }: calls.InferAddOptions,
  ): Promise<face.InferResult> {
    checkAddOptions(options, ['dedupe'])
    if (wait !== 'done' && wait !== 'stored')
      throw invalid(`wait must be 'done' or 'stored', not ${show(wait)}.`)
    const extractor = this.#extractor()
    const { signal, dedupe = false } = options
    const { embedder } = this.#engine.parts
    const isIndexed = this.#engine.inferSettings.messages === 'searchable'
    const parsed = Array.from(checkArray(inputs, 'inputs'), (input, place): ParsedInput => {
      const given = parseInput(input, options, this.#scope, embedder.dimensions, place)
      if (given.type !== 'episodic' && given.type !== 'message')
        throw invalid(
          `inputs[${place}]: type is ${show(given.type)}; with infer it is 'message', leave it out.`,
        )
      return { ...given, type: 'message', indexed: given.indexed && isIndexed }
    })
    const batch = mintId()
    const spending = new Spending({}, extractor.asksModel)
    if (parsed.length === 0) return this.#resultOf(nothing, batch, spending)
    const receiving = {
      inputs: parsed,
      dedupe,
      reservedMs: wait === 'done' ? reservedMs : 0,
      countTokens: (text: string) => extractor.countTokens(text),
    }
    // Sent again by a change of the model, the same ids are there already: what is received stays received.
    let received: Received | undefined
    await this.#engine.run(
      'add',
      async parts => void (received ??= await receiveMessages(parts, receiving, { signal })),
      { signal },
    )
    const { ids, units } = received ?? { ids: [], units: [] }
    if (wait === 'stored') {
      const waiting = this.#resultOf(nothing, batch, spending)
      return { ...waiting, messages: [...ids], pending: units.length }
    }
    const inferred = await this.#engine
      .run(
        'add',
        parts => inferFacts(this.#inferring(parts, extractor, batch, spending, false), units, { signal }),
        { signal },
      )
      // What is stored is not added again: the caller is told what failed.
      .catch((thrown: unknown): Inferred => {
        const error = MemoryError.from(thrown, 'The facts could not be made')
        const failed = units.map(({ record }, index) => ({
          index,
          messageId: record.id,
          error,
          retryable: true,
        }))
        return { ...nothing, failed }
      })
    const placeOf = new Map(ids.map((id, index) => [id, index]))
    const failed = inferred.failed.map(failure => ({
      ...failure,
      index: placeOf.get(failure.messageId) ?? failure.index,
    }))
    const result = this.#resultOf({ ...inferred, failed }, batch, spending)
    return { ...result, messages: [...ids] }
  }

  #extractor(): Extractor {
    const { extractor } = this.#engine
    if (extractor) return extractor
    throw invalid(
      'This memory has no extractor, which makes memories of messages; give one to Memory.open, or leave infer out.',
    )
  }

  #inferring(
    parts: MemoryParts,
    extractor: Extractor,
    batch: string,
    spending: Spending,
    keeps: boolean,
  ): Inferring {
    return { parts, extractor, settings: this.#engine.inferSettings, batch, spending, keeps }
  }

  #resultOf(inferred: Inferred, batch: string, { usage }: Spending): face.InferResult {
    const { results, relations, dropped, failed } = inferred
    this.#engine.tally.note(usage, dropped, failed)
    return {
      results: [...results],
      relations: [...relations],
      messages: [],
      pending: failed.length,
      failed: [...failed],
      dropped: [...dropped],
      batch,
      usage: { ...usage },
    }
  }
}

const nothing: Inferred = { results: [], relations: [], dropped: [], failed: [], done: [] }
