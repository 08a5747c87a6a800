import { checkUnique } from '../checks/check-record.ts'
import {
  checkArray,
  checkInteger,
  checkKeys,
  checkOptions,
  checkPlainObject,
  checkText,
  invalid,
} from '../checks/check-values.ts'
import { MemoryError } from '../contracts/errors.ts'
import type {
  LanguageModel,
  ModelAnswer,
  ModelCounters,
  ModelRequest,
  ModelSupports,
  SubmitOptions,
} from '../contracts/language-model.ts'
import type { CallOptions } from '../contracts/log.ts'
import { show } from '../contracts/show-value.ts'
import { untilAborted } from '../contracts/until-aborted.ts'
import { Lifecycle } from './lifecycle.ts'
import { concernsAll, isUsage } from './model-outcome.ts'
import { onlyMemoryErrors } from './only-memory-errors.ts'

/** The longest prompt, in UTF-16 units. */
const maxPromptLength = 16 * 2 ** 20
const guarded = new WeakSet<LanguageModel>()

/**
 * The same LanguageModel behind checks: requests and lifecycle on the way in; on the way out one answer a request. What is no
 * answer, and what the model throws, becomes the error of that request: `ABORTED` and `CLOSED` alone are thrown. An empty batch
 * asks nothing. Guarding twice changes nothing.
 */
export function guardModel(model: LanguageModel): LanguageModel {
  if (guarded.has(model)) return model
  const guard = new GuardedModel(model)
  guarded.add(guard)
  return guard
}

class GuardedModel implements LanguageModel {
  readonly #model: LanguageModel
  readonly #life: Lifecycle

  constructor(model: LanguageModel) {
    this.#model = model
    this.#life = new Lifecycle(`The model ${model.model}`, { forgetsGivenUp: true })
  }

  get model(): string {
    return this.#model.model
  }
  get contextTokens(): number | undefined {
    return this.#model.contextTokens
  }
  get maxOutputTokens(): number | undefined {
    return this.#model.maxOutputTokens
  }
  get supports(): ModelSupports {
    return this.#model.supports
  }
  get counters(): ModelCounters {
    return this.#model.counters
  }

  countTokens(text: string): number {
    if (typeof text !== 'string') throw invalid(`text must be a string, not ${show(text)}.`)
    return this.#model.countTokens(text)
  }

  async generate(requests: readonly ModelRequest[], options: CallOptions = {}): Promise<ModelAnswer[]> {
    checkRequests(requests, options)
    return this.#life.run(
      'generate',
      async () => (requests.length === 0 ? [] : this.#answers(requests, options)),
      options.signal,
    )
  }

  async submit(requests: readonly ModelRequest[], options: SubmitOptions = {}): Promise<string> {
    checkRequests(requests, options, ['key'])
    if (options.key !== undefined) checkText(options.key, 'key', 255)
    if (requests.length === 0) throw invalid('requests is empty; there is nothing to hand in.')
    return this.#life.run(
      'submit',
      async () => {
        const ticket: unknown = await untilAborted(this.#deferred().submit(requests, options), options.signal)
        if (typeof ticket === 'string' && ticket !== '') return ticket
        throw this.#wrong(`the ticket ${show(ticket)}`)
      },
      options.signal,
    )
  }

  async collect(ticket: string, options: CallOptions = {}): Promise<ModelAnswer[] | undefined> {
    checkOptions(options)
    checkText(ticket, 'ticket', 4_096)
    return this.#life.run(
      'collect',
      async () => {
        const answers = await untilAborted(this.#deferred().collect(ticket, options), options.signal)
        if (answers === undefined || Array.isArray(answers))
          return answers?.map(answer => this.#checked(answer))
        throw this.#wrong(`${show(answers)} for a ticket`)
      },
      options.signal,
    )
  }

  #deferred(): Required<Pick<LanguageModel, 'submit' | 'collect'>> {
    const submit = this.#model.submit?.bind(this.#model)
    const collect = this.#model.collect?.bind(this.#model)
    if (submit && collect) return { submit, collect }
    throw new MemoryError('UNSUPPORTED', `The model ${this.model} takes no deferred work; use generate.`)
  }

  async #answers(requests: readonly ModelRequest[], options: CallOptions): Promise<ModelAnswer[]> {
    try {
      const answers: unknown = await untilAborted(this.#model.generate(requests, options), options.signal)
      if (!Array.isArray(answers) || answers.length !== requests.length)
        throw this.#wrong(
          `${Array.isArray(answers) ? answers.length : 'no'} answers for ${requests.length} requests`,
        )
      return answers.map(answer => this.#checked(answer))
    } catch (thrown) {
      const error = MemoryError.from(thrown, `The model ${this.model}: generate failed`)
      if (concernsAll(error)) throw error
      return requests.map(() => ({ error }))
    }
  }

  #checked(answer: unknown): ModelAnswer {
    const { text, finish, usage, error } = Object(answer) as Record<string, unknown>
    if (MemoryError.is(error)) return { error }
    const ends = ['stop', 'length', 'refused', 'other']
    if (typeof text === 'string' && ends.includes(String(finish)) && isUsage(usage))
      return answer as ModelAnswer
    return { error: this.#wrong(`${show(answer)}, where an answer is expected`) }
  }

  #wrong(what: string): MemoryError {
    return new MemoryError('BACKEND', `The model ${this.model} returned ${what}.`)
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#model.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function checkRequests(
  requests: readonly ModelRequest[],
  options: CallOptions,
  further: readonly string[] = [],
): void {
  checkOptions(options, further)
  for (const request of checkArray(requests, 'requests')) {
    checkKeys(request, ['id', 'system', 'user', 'name', 'schema', 'maxOutputTokens'], 'request')
    checkText(request.id, 'request.id')
    checkText(request.system, 'request.system', maxPromptLength)
    checkText(request.user, 'request.user', maxPromptLength)
    if (!/^[\w-]{1,64}$/.test(request.name))
      throw invalid(`request.name must be 1 to 64 of a-z, A-Z, 0-9, _ and -, not ${show(request.name)}.`)
    checkPlainObject(request.schema, 'request.schema')
    checkInteger(request.maxOutputTokens, 'request.maxOutputTokens', 1, 10_000_000)
  }
  checkUnique(requests, 'requests', 'an answer goes by its id')
}

onlyMemoryErrors(GuardedModel.prototype, 'LanguageModel')
