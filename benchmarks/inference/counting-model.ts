import type { LanguageModel, ModelAnswer, ModelCounters, ModelRequest } from '@agentmem/core/adapter'
import { setTimeout } from 'node:timers/promises'

/** What the requests of one task came to. */
export interface TaskCount {
  readonly calls: number
  /** Of instructions, schema and data. */
  readonly input: number
  readonly output: number
}

export interface CountingOptions {
  /** Counts the tokens that windows are made by. */
  readonly countTokens: (text: string) => number
  /** Counts the tokens of what is asked and answered. Default: none are counted. */
  readonly measure?: ((text: string) => number) | undefined
  /** Every how many messages one says a fact. Default 2. */
  readonly every?: number | undefined
  /** How long an answer takes, in milliseconds. Default 0. */
  readonly takes?: number | undefined
}

const nothing: TaskCount = { calls: 0, input: 0, output: 0 }

/**
 * A model that is none: it repeats a sentence of every second message as a fact, and finds that nothing stored is replaced. It
 * counts what it is asked. Of what a real model would find it says nothing.
 */
export class CountingModel implements LanguageModel {
  readonly model = 'counting'
  readonly supports = { schema: 'strict', deferred: false } as const
  readonly #options: CountingOptions
  readonly #tasks = new Map<string, TaskCount>()

  constructor(options: CountingOptions) {
    this.#options = options
  }

  /** By the name of what a request asks for: 'facts' or 'decisions'. */
  task(name: string): TaskCount {
    return this.#tasks.get(name) ?? nothing
  }

  get counters(): ModelCounters {
    const tasks = [...this.#tasks.values()]
    const sum = (of: keyof TaskCount): number => tasks.reduce((total, task) => total + task[of], 0)
    return { requests: sum('calls'), retries: 0, input: sum('input'), output: sum('output') }
  }

  countTokens(text: string): number {
    return this.#options.countTokens(text)
  }

  async generate(requests: readonly ModelRequest[]): Promise<ModelAnswer[]> {
    const { takes = 0 } = this.#options
    if (takes > 0 && requests.length > 0) await setTimeout(takes)
    return requests.map(request => this.#answer(request))
  }

  #answer({ name, system, user, schema }: ModelRequest): ModelAnswer {
    const { measure = () => 0, every = 2 } = this.#options
    const text = name === 'facts' ? JSON.stringify({ facts: factsOf(user, every) }) : `{"${name}":[]}`
    const usage = {
      input: measure(system) + measure(JSON.stringify(schema)) + measure(user),
      output: measure(text),
    }
    const { calls, input, output } = this.task(name)
    this.#tasks.set(name, { calls: calls + 1, input: input + usage.input, output: output + usage.output })
    return { text, finish: 'stop', usage }
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The first sentence of every so many messages. */
function factsOf(user: string, every: number): object[] {
  const { messages } = JSON.parse(user) as { messages: { n?: number; text?: string }[] }
  return messages.flatMap(({ n, text }) => {
    if (n === undefined || text === undefined || n % every !== 0) return []
    const [sentence = text] = text.split(/(?<=[.!?])\s/)
    return [
      {
        text: sentence.slice(0, 2_000),
        sources: [n],
        type: 'semantic',
        when: null,
        importance: 3,
        entities: [],
        relations: [],
      },
    ]
  })
}
