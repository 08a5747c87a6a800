import type { LanguageModel, ModelAnswer, ModelCounters, ModelRequest } from '@agentmem/core/adapter'

import { countO200k } from '../inference/count-o200k.ts'
import { CountingModel } from '../inference/counting-model.ts'

/** As long as answers and verdicts are as a rule; no two answers are the same, so that each of them is judged. */
const typical: Readonly<Record<string, (n: number) => object>> = {
  answer: n => ({ answer: `On 7 May 2023, day ${n} of the year, before she told of it.` }),
  verdict: () => ({
    reason: 'The answer names the same day as the right answer, in another form, and nothing against it.',
    verdict: 'correct',
  }),
}

/**
 * A model that is none: it answers with as many words as is usual, and repeats a sentence of every second message as a fact. With
 * it a run shows what another one would send. Of what a model would find or say it knows nothing.
 */
export class StandInModel implements LanguageModel {
  readonly model = 'stand-in'
  readonly supports = { schema: 'strict', deferred: false } as const
  #answers = 0
  readonly #facts = new CountingModel({ countTokens: countO200k, measure: countO200k })

  get counters(): ModelCounters {
    return this.#facts.counters
  }

  countTokens(text: string): number {
    return countO200k(text)
  }

  async generate(requests: readonly ModelRequest[]): Promise<ModelAnswer[]> {
    const answers = requests.map(async (request): Promise<ModelAnswer> => {
      const says = typical[request.name]?.(++this.#answers)
      const [fact] = says ? [] : await this.#facts.generate([request])
      if (fact) return fact
      const text = JSON.stringify(says)
      const { system, user, schema } = request
      const input = countO200k(system) + countO200k(JSON.stringify(schema)) + countO200k(user)
      return { text, finish: 'stop', usage: { input, output: countO200k(text) } }
    })
    return Promise.all(answers)
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
