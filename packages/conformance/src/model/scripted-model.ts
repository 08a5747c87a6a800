import { setTimeout } from 'node:timers/promises'
import { estimateTokens, guardModel, MemoryError, throwIfAborted } from '@agentmem/core/adapter'
import type { CallOptions, LanguageModel, ModelAnswer, ModelRequest } from '@agentmem/core/adapter'
import { saidIn } from './model-script.ts'
import type { ModelScript } from './model-script.ts'

/** A LanguageModel in this process that answers by a script, behind its guard. */
export function scriptedModel(script: ModelScript): LanguageModel {
  return guardModel(new ScriptedModel(script))
}

class ScriptedModel implements LanguageModel {
  readonly model = 'scripted'
  readonly supports = Object.freeze({ schema: 'strict', deferred: false })
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
    const { finish = 'stop', fails, takes = 0 } = answer
    if (takes > 0) await setTimeout(takes, undefined, { signal })
    if (fails !== undefined) return { error: new MemoryError('UNAVAILABLE', `It answered ${fails}.`) }
    const text = saidIn(answer)
    const { input, output } = answer.usage ?? {
      input: estimateTokens(request.system + request.user),
      output: estimateTokens(text),
    }
    this.counters.input += input
    this.counters.output += output
    return { text: finish === 'refused' ? '' : text, finish, usage: { input, output } }
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
