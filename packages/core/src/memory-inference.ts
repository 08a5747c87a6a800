import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkOptions,
  checkText,
  invalid,
  maxIdLength,
} from './checks/check-values.ts'
import { MemoryError } from './contracts/errors.ts'
import { mintId } from './contracts/mint-id.ts'
import type { MetadataGiven } from './contracts/metadata.ts'
import type { SignalOptions } from './contracts/progress.ts'
import type { Metadata, Scope } from './contracts/record.ts'
import { givenId } from './contracts/stored-id.ts'
import { show } from './contracts/show-value.ts'
import type { InferResult, RevertResult } from './infer-api.ts'
import { extractorOf, inboxOf } from './infer/inbox.ts'
import { inferFacts } from './infer/infer-facts.ts'
import type { Inferred } from './infer/infer-facts.ts'
import { processDeferred } from './infer/deferred/process-deferred.ts'
import { inferResult, processInbox } from './infer/process-inbox.ts'
import { processPending } from './infer/process-pending.ts'
import { receiveMessages } from './infer/receive-messages.ts'
import type { Received } from './infer/receive-messages.ts'
import { revertBatch } from './infer/revert-batch.ts'
import { Spending } from './infer/spending.ts'
import type * as face from './memory-api.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryUpkeep } from './memory-upkeep.ts'
import type * as calls from './process-api.ts'
import { narrowScope, scopeOptions } from './parts/narrow-scope.ts'
import { checkAddOptions, parseInput } from './write/parse-input.ts'

/** Messages that are worked on in the call that adds them are left to nobody else for so long, in milliseconds. */
const reservedMs = 600_000

/** The calls of a Memory that make memories of messages. */
export class MemoryInference<Meta extends object = Metadata> extends MemoryUpkeep<Meta> {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  protected constructor(engine: MemoryEngine, scope: Scope, tenant: boolean) {
    super(engine, scope, tenant)
    this.#engine = engine
    this.#scope = scope
  }

  /**
   * Stores one memory. When this returns it is durable, and the next search finds it. With `infer: true` it stores messages,
   * one or those of a conversation, and the facts that an extractor makes of them.
   *
   * @example
   * const { results } = await memory.add('She drinks green tea.', { userId: 'ana', metadata: { topic: 'tea' } })
   * const { failed } = await memory.add([{ role: 'user', content: 'I moved to Porto.' }], { userId: 'ana', infer: true })
   */
  override add(
    input: face.AddInput<MetadataGiven<Meta>> | readonly face.AddInput<MetadataGiven<Meta>>[],
    options: calls.InferAddOptions<MetadataGiven<Meta>>,
  ): Promise<InferResult>
  override add(
    input: face.AddInput<MetadataGiven<Meta>>,
    options?: face.AddOptions<MetadataGiven<Meta>>,
  ): Promise<face.ChangeResult>
  override async add(
    input: face.AddInput<MetadataGiven<Meta>> | readonly face.AddInput<MetadataGiven<Meta>>[],
    options: face.AddOptions<MetadataGiven<Meta>> | calls.InferAddOptions<MetadataGiven<Meta>> = {},
  ): Promise<face.ChangeResult | InferResult> {
    if (options.infer === true) return this.#infer(Array.isArray(input) ? input : [input], options)
    return super.add(input as face.AddInput<MetadataGiven<Meta>>, withoutInfer(options))
  }

  /**
   * Stores many memories in one transaction, with one embed call for those that are not in the cache. All or nothing, unless
   * `onError` is 'report'. With `infer: true` they are messages: see `add`.
   *
   * @example
   * await memory.addBatch(['She drinks green tea.', { content: 'He drinks coffee.', userId: 'ben' }], { userId: 'ana' })
   * await memory.addBatch(['I moved to Porto.'], { userId: 'ana', infer: true, wait: 'stored' })
   */
  override addBatch(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    options: calls.InferAddOptions<MetadataGiven<Meta>>,
  ): Promise<InferResult>
  override addBatch(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    options: face.AddBatchOptions<MetadataGiven<Meta>> & { readonly onError: 'report' },
  ): Promise<face.AddBatchReport>
  override addBatch(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    options?: face.AddBatchOptions<MetadataGiven<Meta>>,
  ): Promise<face.AddBatchResult>
  override async addBatch(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    options: face.AddBatchOptions<MetadataGiven<Meta>> | calls.InferAddOptions<MetadataGiven<Meta>> = {},
  ): Promise<face.AddBatchReport | face.AddBatchResult | InferResult> {
    if (options.infer === true) return this.#infer(inputs, options)
    return super.addBatch(inputs, withoutInfer(options))
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
    checkOptions(options, [...scopeOptions, 'limit', 'budget', 'retryParked', 'deferred', 'onProgress'])
    const { limit = Number.MAX_SAFE_INTEGER, retryParked = false, deferred = false } = options
    const { budget, signal, onProgress } = options
    checkInteger(limit, 'limit', 1, Number.MAX_SAFE_INTEGER)
    checkBoolean(retryParked, 'retryParked')
    checkBoolean(deferred, 'deferred')
    const work = deferred ? processDeferred : processPending
    const scope = narrowScope(this.#scope, options)
    const processing = { scope, limit, retryParked, onProgress, isPatient: true }
    return processInbox(this.#engine, processing, { budget, signal, work })
  }

  /**
   * Undoes what one run inferred, in one transaction; the messages stay. `batch` is that of the result of `add`, `addBatch` or
   * `process`. Throws `CONFLICT`, which names it, when a later run built on it.
   *
   * @example
   * const { batch } = await memory.process({ userId: 'ana' })
   * const { removed, restored } = await memory.revert(batch, { userId: 'ana' })
   */
  async revert(batch: string, options: face.ScopeOptions & SignalOptions = {}): Promise<RevertResult> {
    checkOptions(options, [...scopeOptions])
    checkText(batch, 'batch', maxIdLength)
    const scope = narrowScope(this.#scope, options)
    const { signal } = options
    return this.#engine.run('revert', parts => revertBatch(parts, batch, scope, { signal }), { signal })
  }

  /** Stores messages, and makes their facts unless that is to wait. */
  async #infer(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    { infer: _infer, wait = 'done', ...options }: calls.InferAddOptions<MetadataGiven<Meta>>,
  ): Promise<InferResult> {
    checkAddOptions(options, ['dedupe'])
    if (wait !== 'done' && wait !== 'stored')
      throw invalid(`wait must be 'done' or 'stored', not ${show(wait)}.`)
    const extractor = extractorOf(this.#engine)
    const { signal, dedupe = false } = options
    const { dimensions } = this.#engine.parts.embedder
    const { countTokens, messageOf, wake } = inboxOf(this.#engine)
    const parsed = Array.from(checkArray(inputs, 'inputs'), (input, place) =>
      messageOf(parseInput(input, options, this.#scope, dimensions, place)),
    )
    const batch = mintId()
    const spending = new Spending({}, extractor.asksModel)
    if (parsed.length === 0) return inferResult(this.#engine, nothing, batch, spending)
    const receiving = {
      inputs: parsed,
      dedupe,
      reservedMs: wait === 'done' ? reservedMs : 0,
      countTokens,
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
      wake(units)
      const waiting = inferResult(this.#engine, nothing, batch, spending)
      return { ...waiting, messages: ids.map(givenId), pending: units.length }
    }
    const inferred = await this.#engine
      .run(
        'add',
        parts => {
          const settings = this.#engine.inferSettings
          const inferring = { parts, extractor, settings, batch, spending, keeps: false }
          return inferFacts(inferring, units, { signal })
        },
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
    const result = inferResult(this.#engine, { ...inferred, failed }, batch, spending)
    return { ...result, messages: ids.map(givenId) }
  }
}

const nothing: Inferred = { results: [], relations: [], dropped: [], failed: [], done: [] }

/** The options of a plain call. */
function withoutInfer<Options extends object>(options: Options): Omit<Options, 'infer'> {
  if (typeof options !== 'object' || options === null || !('infer' in options)) return options
  const { infer, ...rest } = options as Options & { readonly infer: unknown }
  checkBoolean(infer, 'options.infer')
  return rest
}
