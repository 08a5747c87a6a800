import { MemoryError, throwIfAborted } from '@agentmem/core/adapter'
import type {
  CallOptions,
  ClusterSet,
  DecisionSet,
  ExtractedFact,
  Extractor,
  FactDecision,
  Insight,
  LanguageModel,
  MessageWindow,
  ModelAnswer,
  ModelRequest,
  Outcome,
  SubmitOptions,
} from '@agentmem/core/adapter'
import { outcomeOf } from '../answers/outcome-of.ts'
import type { Listed } from '../answers/outcome-of.ts'
import { nameOf, systemFor } from '../prompts/instructions.ts'
import type { TaskInstructions } from '../prompts/instructions.ts'
import type { CallerFields } from '../schema/caller-fields.ts'
import { showCases, showClusters } from './show-facts.ts'
import { showWindow } from './show-window.ts'

interface Facts {
  readonly facts: readonly ExtractedFact[]
}

type Task = 'extract' | 'decide' | 'consolidate'

/** Tokens of an answer at most: a bound for an answer that never ends, far above one that is right. */
const outputTokens = { extract: 16_384, decide: 8_192, consolidate: 8_192 }
/** Where a request fills the context, the endpoint says so. */
const leastOutput = 256
const noUsage = { input: 0, output: 0 }

/** An Extractor on a language model: one request an element, all of a call at once. */
export class ModelExtractor implements Extractor {
  readonly name: string
  readonly types: readonly string[]
  readonly #model: LanguageModel
  readonly #tasks: TaskInstructions
  readonly #fields: CallerFields | undefined

  constructor(model: LanguageModel, tasks: TaskInstructions, fields: CallerFields | undefined) {
    this.name = nameOf(model, tasks)
    this.types = tasks.types
    this.#model = model
    this.#tasks = tasks
    this.#fields = fields
  }

  countTokens(text: string): number {
    return this.#model.countTokens(text)
  }

  async extract(windows: readonly MessageWindow[], options: CallOptions = {}): Promise<Outcome<Facts>[]> {
    const users = windows.map(window => (window.messages.length === 0 ? undefined : showWindow(window)))
    return Promise.all((await this.#ask('extract', 'facts', users, options)).map(one => this.#factsOf(one)))
  }

  async submit(windows: readonly MessageWindow[], options: SubmitOptions = {}): Promise<string> {
    throwIfAborted(options.signal)
    return this.#deferred().submit(this.#requests('extract', 'facts', windows.map(showWindow)), options)
  }

  async collect(ticket: string, options: CallOptions = {}): Promise<Outcome<Facts>[] | undefined> {
    const answers = await this.#deferred().collect(ticket, options)
    return answers && Promise.all(answers.map(answer => this.#factsOf(outcomeOf(answer, 'facts'))))
  }

  async decide(
    sets: readonly DecisionSet[],
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly decisions: readonly FactDecision[] }>[]> {
    const users = sets.map(set => (set.cases.length === 0 ? undefined : showCases(set)))
    const outcomes = await this.#ask('decide', 'decisions', users, options)
    return outcomes.map(outcome => {
      if (!('items' in outcome)) return outcome
      const { items, ...rest } = outcome
      return { ...rest, decisions: items as readonly FactDecision[] }
    })
  }

  async consolidate(
    sets: readonly ClusterSet[],
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly insights: readonly Insight[] }>[]> {
    const users = sets.map(set => (set.clusters.length === 0 ? undefined : showClusters(set)))
    const outcomes = await this.#ask('consolidate', 'insights', users, options)
    return outcomes.map(outcome => {
      if (!('items' in outcome)) return outcome
      const { items, ...rest } = outcome
      return { ...rest, insights: items as readonly Insight[] }
    })
  }

  /** One outcome a user text; nothing is asked for an undefined one, of which nothing is to be said. */
  async #ask(
    task: Task,
    list: string,
    users: readonly (string | undefined)[],
    { signal }: CallOptions,
  ): Promise<Outcome<Listed>[]> {
    throwIfAborted(signal)
    const asked = users.filter(user => user !== undefined)
    const answers = (await this.#model.generate(this.#requests(task, list, asked), { signal })).values()
    return users.map(user =>
      user === undefined
        ? { finish: 'stop', items: [], unread: 0, usage: noUsage }
        : outcomeOf(answers.next().value as ModelAnswer, list),
    )
  }

  #requests(task: Task, list: string, users: readonly string[]): ModelRequest[] {
    const { schema } = this.#tasks[task]
    const system = systemFor(this.#model, this.#tasks[task])
    const told = this.countTokens(system) + this.countTokens(JSON.stringify(schema))
    return users.map((user, i) => {
      const maxOutputTokens = this.#room(outputTokens[task], told, user)
      return { id: `${task}-${i}`, system, user, name: list, schema, maxOutputTokens }
    })
  }

  /** What a model with a small context has left for an answer. */
  #room(most: number, told: number, user: string): number {
    const { contextTokens } = this.#model
    if (contextTokens === undefined) return most
    return Math.max(leastOutput, Math.min(most, contextTokens - told - this.countTokens(user)))
  }

  #deferred(): Required<Pick<LanguageModel, 'submit' | 'collect'>> {
    const submit = this.#model.submit?.bind(this.#model)
    const collect = this.#model.collect?.bind(this.#model)
    if (submit && collect) return { submit, collect }
    throw new MemoryError('UNSUPPORTED', `The model ${this.#model.model} takes no deferred work.`)
  }

  async #factsOf(outcome: Outcome<Listed>): Promise<Outcome<Facts>> {
    if (!('items' in outcome)) return outcome
    const { items, ...rest } = outcome
    return { ...rest, facts: await Promise.all(items.map(item => this.#factOf(item))) }
  }

  /** Fields are the caller's, or nobody's. */
  async #factOf(item: object): Promise<ExtractedFact> {
    const { fields, ...fact } = item as ExtractedFact
    const read = fields === undefined || fields === null ? undefined : await this.#fields?.read(fields)
    return { ...fact, ...(read && { fields: read }) }
  }

  close(): Promise<void> {
    return this.#model.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
