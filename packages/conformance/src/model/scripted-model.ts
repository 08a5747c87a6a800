import { setTimeout } from 'node:timers/promises'
import { estimateTokens, guardModel, MemoryError, throwIfAborted } from '@agentmem/core/adapter'
import type {
  CallOptions,
  LanguageModel,
  ModelAnswer,
  ModelRequest,
  SubmitOptions,
} from '@agentmem/core/adapter'
import { saidIn } from './scripted-answer.ts'
import type { ModelScript } from './model-script.ts'
import type { ScriptedAnswer } from './scripted-answer.ts'

/** A LanguageModel in this process that answers by a script, behind its guard. */
export function scriptedModel(script: ModelScript): LanguageModel {
  return guardModel(new ScriptedModel(script))
}

class ScriptedModel implements LanguageModel {
  readonly model = 'scripted'
  readonly supports = Object.freeze({ schema: 'strict', deferred: true })
  readonly counters = { requests: 0, retries: 0, input: 0, output: 0 }
  readonly #script: ModelScript

  constructor(script: ModelScript) {
    this.#script = script
  }

  countTokens(text: string): number {
    return estimateTokens(text)
  }

  generate(requests: readonly ModelRequest[], { signal }: CallOptions = {}): Promise<ModelAnswer[]> {
    throwIfAborted(signal)
    return Promise.all(requests.map(request => this.#answer(request, signal)))
  }

  async #answer(request: ModelRequest, signal: AbortSignal | undefined): Promise<ModelAnswer> {
    this.counters.requests++
    const answer = this.#script.take(request)
    if (!answer) return { error: new MemoryError('BACKEND', 'Nothing was written for this request.') }
    if (answer.takes) await setTimeout(answer.takes, undefined, { signal })
    return this.#answerOf(answer, request.system + request.user)
  }

  #answerOf(answer: ScriptedAnswer, asked: string): ModelAnswer {
    const { finish = 'stop', fails } = answer
    if (fails !== undefined) return { error: new MemoryError('UNAVAILABLE', `It answered ${fails}.`) }
    const text = saidIn(answer)
    const { input, output } = answer.usage ?? {
      input: estimateTokens(asked),
      output: estimateTokens(text),
    }
    this.counters.input += input
    this.counters.output += output
    return { text: finish === 'refused' ? '' : text, finish, usage: { input, output } }
  }

  async submit(requests: readonly ModelRequest[], { key = '', signal }: SubmitOptions = {}): Promise<string> {
    throwIfAborted(signal)
    const { jobs } = this.#script
    const found = key === '' ? undefined : jobs.find(key)
    return (found ?? jobs.add(key, requests)).id
  }

  async collect(ticket: string, { signal }: CallOptions = {}): Promise<ModelAnswer[] | undefined> {
    throwIfAborted(signal)
    const job = this.#script.jobs.ask(ticket)
    if (job === 'unknown') throw new MemoryError('NOT_FOUND', `No job has the ticket ${ticket}.`)
    return job?.answers.map(answer =>
      answer
        ? this.#answerOf(answer, '')
        : { error: new MemoryError('UNAVAILABLE', `The job is ${job.end}.`) },
    )
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
