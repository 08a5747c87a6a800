import { equal } from 'node:assert/strict'
import type { ScriptedAnswer, ScriptedRequest } from './scripted-answer.ts'
import { ScriptedJobs } from './scripted-jobs.ts'

interface Scene {
  readonly part: string
  readonly answers: ScriptedAnswer[]
}

/**
 * The answers of a model that is none. A request takes the next answer of the first scene whose words it has. A request that
 * nothing was written for fails, and fails the test that calls `assertPlayed`.
 */
export class ModelScript {
  readonly requests: ScriptedRequest[] = []
  /** Deferred work: how the next job goes, and those that were handed in. */
  readonly jobs: ScriptedJobs = new ScriptedJobs(request => this.take(request))
  readonly #scenes: Scene[] = []
  readonly #unscripted: string[] = []

  /** Answers for requests whose system or user text has these words, in their order. '' is in every request. */
  when(part: string, ...answers: readonly ScriptedAnswer[]): this {
    this.#scenes.push({ part, answers: [...answers] })
    return this
  }

  /** What to answer; undefined for a request that nothing was written for. */
  take(request: ScriptedRequest): ScriptedAnswer | undefined {
    this.requests.push(request)
    const text = `${request.system}\n${request.user}`
    const answer = this.#scenes
      .find(({ part, answers }) => answers.length > 0 && text.includes(part))
      ?.answers.shift()
    if (!answer) this.#unscripted.push(request.user.slice(0, 300))
    return answer
  }

  /** Fails when a request came that nothing was written for, or an answer is left. */
  assertPlayed(): void {
    equal(this.#unscripted.join('\n'), '', 'the model was asked what nothing was written for')
    const left = this.#scenes.filter(({ answers }) => answers.length > 0).map(({ part }) => part)
    equal(left.join(', '), '', 'answers are left over')
  }
}
