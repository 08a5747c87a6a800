import { MemoryError, show, throwIfAborted } from '@agentmem/core/adapter'
import type {
  CallOptions,
  LanguageModel,
  ModelAnswer,
  ModelCounters,
  ModelRequest,
  ModelSupports,
  SubmitOptions,
} from '@agentmem/core/adapter'
import { blamesInput } from '../endpoint/explain-failure.ts'
import type { HttpAnswer } from '../endpoint/explain-failure.ts'
import { HttpEndpoint } from '../endpoint/http-endpoint.ts'
import { Slots } from '../endpoint/slots.ts'
import type { OpenAIModelSettings } from './model-options.ts'
import { BatchApi } from './batch-api.ts'
import type { BatchLine } from './batch-api.ts'
import { readChat } from './read-chat.ts'

type Format = ModelSupports['schema']

/** What is asked for where an endpoint does not know the format before it. */
const weaker: Readonly<Record<Format, Format | undefined>> = { strict: 'hint', hint: 'none', none: undefined }

/** A model behind an address that speaks OpenAI's chat completions. */
export class EndpointModel implements LanguageModel {
  readonly model: string
  readonly contextTokens: number | undefined
  readonly maxOutputTokens: number | undefined
  readonly #settings: OpenAIModelSettings
  readonly #endpoint: HttpEndpoint
  readonly #batches: BatchApi
  readonly #slots: Slots
  #format: Format = 'strict'
  #input = 0
  #output = 0

  constructor(settings: OpenAIModelSettings) {
    this.model = settings.model
    this.contextTokens = settings.contextTokens
    this.maxOutputTokens = settings.maxOutputTokens
    this.#settings = settings
    this.#endpoint = new HttpEndpoint(settings)
    this.#batches = new BatchApi(this.#endpoint)
    this.#slots = new Slots(settings.concurrency)
  }

  get supports(): ModelSupports {
    return { schema: this.#format, deferred: true }
  }

  get counters(): ModelCounters {
    return { ...this.#endpoint.counters, input: this.#input, output: this.#output }
  }

  countTokens(text: string): number {
    return text === '' ? 0 : this.#settings.countTokens(text)
  }

  async generate(requests: readonly ModelRequest[], { signal }: CallOptions = {}): Promise<ModelAnswer[]> {
    throwIfAborted(signal)
    // A slot waits on a signal in any case.
    const ending = signal ?? new AbortController().signal
    const answers = requests.map(async (request): Promise<ModelAnswer> => {
      try {
        return await this.#slots.run(ending, () => this.#ask(request, ending))
      } catch (error) {
        return { error: MemoryError.from(error, `${this.#endpoint.name} failed`) }
      }
    })
    const all = await Promise.all(answers)
    throwIfAborted(signal)
    return all
  }

  async submit(requests: readonly ModelRequest[], { key, signal }: SubmitOptions = {}): Promise<string> {
    throwIfAborted(signal)
    const bodies = requests.map(request => this.#body(request, this.#format))
    return `${requests.length}:${await this.#batches.submit(bodies, key, { signal })}`
  }

  async collect(ticket: string, { signal }: CallOptions = {}): Promise<ModelAnswer[] | undefined> {
    throwIfAborted(signal)
    const [, count, batch] = /^(\d{1,6}):(.+)$/.exec(ticket) ?? []
    if (batch === undefined)
      throw new MemoryError(
        'INVALID_ARGUMENT',
        `collect needs a ticket that submit gave, not ${show(ticket)}.`,
      )
    const lines = await this.#batches.collect(batch, Number(count), { signal })
    return lines?.map(line => this.#readLine(line))
  }

  #readLine(line: BatchLine): ModelAnswer {
    if ('missing' in line)
      return { error: new MemoryError('UNAVAILABLE', `${this.#endpoint.name}: ${line.missing}.`) }
    try {
      return this.#read(line)
    } catch (error) {
      return { error: MemoryError.from(error, `${this.#endpoint.name} failed`) }
    }
  }

  async #ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    const format = this.#format
    const answer = await this.#endpoint.post(this.#body(request, format), signal)
    const next = weaker[format]
    const isOfFormat = /response_format|json_schema|json_object|schema/i.test(answer.body)
    if (next && blamesInput(answer) && isOfFormat) {
      // Another request may have found out meanwhile.
      if (this.#format === format) this.#format = next
      return this.#ask(request, signal)
    }
    return this.#read(answer)
  }

  #read(answer: HttpAnswer): ModelAnswer {
    if (answer.status === 200 && !answer.hasError) {
      const read = readChat(answer.body, this.#endpoint.name)
      this.#input += read.usage.input
      this.#output += read.usage.output
      return read
    }
    if (!blamesInput(answer)) return { error: this.#endpoint.explain(answer) }
    return ended(answer) ?? { error: new MemoryError('INVALID_ARGUMENT', this.#endpoint.describe(answer)) }
  }

  #body({ system, user, name, schema, maxOutputTokens }: ModelRequest, format: Format): object {
    const { model, parameters, limitName } = this.#settings
    const limit = Math.min(maxOutputTokens, this.maxOutputTokens ?? Infinity)
    return {
      [limitName]: limit,
      ...parameters,
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      ...(format === 'strict' && {
        response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } },
      }),
      ...(format === 'hint' && { response_format: { type: 'json_object' } }),
    }
  }

  async close(): Promise<void> {
    // The connections are the platform's.
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** A request that is too long, or that a filter stops, as endpoints tell it by a status: these are ends of an answer. */
function ended({ body }: HttpAnswer): ModelAnswer | undefined {
  const usage = { input: 0, output: 0 }
  if (/context.?length|context window|maximum context|too many tokens|prompt is too long/i.test(body))
    return { text: '', finish: 'length', usage }
  return /content.?(?:filter|policy|management)/i.test(body)
    ? { text: '', finish: 'refused', usage }
    : undefined
}
