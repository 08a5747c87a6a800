import type { LanguageModel, ModelAnswer } from '@agentmem/core/adapter'
import type { ScriptedParts } from '../src/index.ts'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'

function mutant(
  group: string,
  fails: string,
  fault: string,
  wrong: (model: LanguageModel) => Partial<LanguageModel>,
): Mutant<ScriptedParts> {
  return {
    group,
    fails,
    fault,
    mutate: ({ model, script }) => ({ script, model: overrideMethods(model, wrong(model)) }),
  }
}

const spoiling =
  (spoil: (answers: ModelAnswer[]) => ModelAnswer[]) =>
  (model: LanguageModel): Partial<LanguageModel> => ({
    generate: async (requests, options) => spoil(await model.generate(requests, options)),
  })

export const modelMutants: readonly Mutant<ScriptedParts>[] = [
  mutant(
    'answers',
    'are one a request',
    'gives answers as they come',
    spoiling(all => all.toReversed()),
  ),
  mutant('answers', 'one that failed', 'fails all for one', model => ({
    generate: async (requests, options) => {
      const answers = await model.generate(requests, options)
      for (const answer of answers) if ('error' in answer) throw answer.error
      return answers
    },
  })),
  mutant(
    'answers',
    'a refusal',
    'takes every end for a good one',
    spoiling(all => all.map(answer => ('text' in answer ? { ...answer, finish: 'stop' } : answer))),
  ),
  mutant('ends', 'with an aborted signal', 'takes no notice of a signal', model => ({
    generate: requests => model.generate(requests),
  })),
  mutant('requests', 'that are wrong', 'takes what it is given', model => ({
    generate: requests => model.generate(requests.slice(0, 1)),
  })),
  mutant('jobs', 'are collected by', 'gives the answers of a job as they come', model => ({
    collect: async (ticket, options) => (await model.collect?.(ticket, options))?.toReversed(),
  })),
  mutant('jobs', 'with a key', 'takes no notice of a key', model => ({
    submit: async (requests, { signal } = {}) => (await model.submit?.(requests, { signal })) ?? '',
  })),
  mutant('jobs', 'whose time is over', 'waits for what will not come', model => ({
    collect: async (ticket, options) => {
      const answers = await model.collect?.(ticket, options)
      return answers?.some(answer => 'error' in answer) ? undefined : answers
    },
  })),
  mutant('facts', 'it says what it is', 'counts a token for a text', () => ({ countTokens: () => 1 })),
]
