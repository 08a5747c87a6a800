import { MemoryError } from '@agentmem/core'
import { contentHash, estimateTokens } from '@agentmem/core/adapter'
import type { LanguageModel, ModelAnswer, ModelCounters, ModelRequest } from '@agentmem/core/adapter'

import type { KeptLines } from './kept-lines.ts'
import type { SpendingLimit } from './spending-limit.ts'

/** An answer that was paid for. */
export type PaidAnswer = Exclude<ModelAnswer, { readonly error: unknown }>

/** A line of the transcript: what a model was asked, and what it said. */
export interface Exchange {
  /** Hash of the model, its parameters and the request. */
  readonly key: string
  /** What asked for it first: 'ingest', 'answer' or 'judge'. */
  readonly stage: string
  readonly model: string
  readonly at: string
  readonly request: Omit<ModelRequest, 'id'>
  readonly answer: PaidAnswer
  /** True where the endpoint counts no tokens: those of `usage` are an estimate. */
  readonly estimated?: true
}

/** What of it stays in memory: prompts may be long. */
export type HeldExchange = Pick<Exchange, 'key' | 'stage' | 'answer' | 'estimated'>

export type Transcript = KeptLines<Exchange, HeldExchange>

export interface KeptModelOptions {
  readonly stage: string
  /** The name of the model, as its endpoint knows it. */
  readonly model: string
  /** What is sent with each request, and changes its answer, such as a temperature. */
  readonly parameters: object
  /** Undefined: nothing is asked, and what the transcript lacks ends the run. */
  readonly inner: LanguageModel | undefined
  readonly transcript: Transcript
  readonly limit: SpendingLimit
  readonly countTokens: (text: string) => number
}

/**
 * A LanguageModel that asks nothing twice: what it was answered stands in the transcript, by a hash of model and request, before
 * anyone sees it. So a run goes on where it stopped, and a finished one is repeated without a model.
 *
 * A request that fails, in passing or for good, ends the run once those in flight are done: `generate` throws `ABORTED`, and
 * the reason is the limit's. One that its endpoint refuses by its content is an error of its own, and ends nothing.
 */
export class KeptModel implements LanguageModel {
  readonly model: string
  /** Requests are the same for every endpoint, or none would be found again. What it cannot take is said in words below. */
  readonly supports = { schema: 'strict', deferred: false } as const
  readonly #options: KeptModelOptions
  readonly #asked = new Map<string, Promise<ModelAnswer>>()

  constructor(options: KeptModelOptions) {
    this.model = options.model
    this.#options = options
  }

  get counters(): ModelCounters {
    return this.#options.inner?.counters ?? { requests: 0, retries: 0, input: 0, output: 0 }
  }

  countTokens(text: string): number {
    return this.#options.countTokens(text)
  }

  /** What a request goes by in the transcript. */
  keyOf({ system, user, name, schema, maxOutputTokens }: ModelRequest): string {
    const { model, parameters } = this.#options
    return contentHash(JSON.stringify([model, parameters, system, user, name, schema, maxOutputTokens]))
  }

  async generate(requests: readonly ModelRequest[]): Promise<ModelAnswer[]> {
    const settled = await Promise.allSettled(requests.map(request => this.#answer(request)))
    return settled.map(one => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
  }

  async #answer(request: ModelRequest): Promise<ModelAnswer> {
    const key = this.keyOf(request)
    const held = this.#options.transcript.get(key)
    if (held) return held.answer
    const asked = this.#asked.get(key) ?? this.#ask(key, request).finally(() => this.#asked.delete(key))
    this.#asked.set(key, asked)
    return asked
  }

  async #ask(key: string, { id, ...request }: ModelRequest): Promise<ModelAnswer> {
    const { inner, limit, model, stage, transcript } = this.#options
    if (!inner) throw this.#ended(new MemoryError('NOT_FOUND', notKept(stage, model)))
    const sent = { id, ...request, system: systemFor(inner, request) }
    const asked = sent.system + JSON.stringify(sent.schema) + sent.user
    const settle = await limit.admit(estimateTokens(asked) + sent.maxOutputTokens)
    let used = 0
    try {
      const [answer] = await inner.generate([sent])
      if (!answer) throw new MemoryError('BACKEND', `The model ${model} gave no answer.`)
      if ('error' in answer) {
        if (answer.error.code === 'INVALID_ARGUMENT') return answer
        throw answer.error
      }
      const counts = answer.usage.input > 0 || answer.usage.output > 0
      const usage = counts
        ? answer.usage
        : { input: this.countTokens(asked), output: this.countTokens(answer.text) }
      used = usage.input + usage.output
      const kept = { ...answer, usage }
      const at = new Date().toISOString()
      transcript.append({ key, stage, model, at, request, answer: kept, ...(!counts && { estimated: true }) })
      return kept
    } catch (error) {
      throw this.#ended(MemoryError.from(error, `The model ${model} failed`))
    } finally {
      settle(used)
    }
  }

  #ended(reason: MemoryError): MemoryError {
    this.#options.limit.stop(reason)
    return new MemoryError('ABORTED', reason.message, { cause: reason })
  }

  /** The model behind it is closed by whoever opened it: others may ask it too. */
  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** An endpoint that takes no schema is told it in words. */
function systemFor({ supports }: LanguageModel, { system, schema }: Omit<ModelRequest, 'id'>): string {
  if (supports.schema === 'strict') return system
  return `${system}\n\nSCHEMA\nYour answer is one JSON object of this JSON Schema, without a word around it:\n${JSON.stringify(schema)}`
}

function notKept(stage: string, model: string): string {
  return `A request of the stage ${stage} to ${model} is not in the transcript, and --offline asks no model. Start the run without --offline.`
}
