import { deepEqual, equal, ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { ModelRequest } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { modelJobCases } from './model-job-cases.ts'
import { requestOf, schema, textOf } from './model-requests.ts'
import type { ScriptedParts } from './scripted-parts.ts'

/** What every LanguageModel must do, as `open...()` returns it: behind `guardModel`. */
export const modelCases: readonly Case<ScriptedParts>[] = [
  ...casesOf<ScriptedParts>('answers', {
    'are one a request, in their order, with their usage': async ({ model, script }) => {
      const ids = ['one', 'two', 'three', 'four', 'five']
      ids.forEach((id, n) =>
        script.when(`"${id}"`, {
          says: { facts: [id] },
          takes: 5 * (5 - n),
          usage: { input: 7, output: n + 1 },
        }),
      )
      const answers = await model.generate(ids.map(id => requestOf(id)))
      deepEqual(
        answers.map(answer => JSON.parse(textOf(answer))),
        ids.map(id => ({ facts: [id] })),
      )
      for (const [n, answer] of answers.entries()) {
        ok('usage' in answer)
        deepEqual([answer.finish, answer.usage.input, answer.usage.output], ['stop', 7, n + 1])
      }
      const { requests, input, output } = model.counters
      deepEqual({ requests, input, output }, { requests: 5, input: 35, output: 15 })
      script.assertPlayed()
    },

    'are asked with the instructions, the data, the schema and the limit of the request': async parts => {
      const { model, script } = parts
      script.when('', {})
      await model.generate([requestOf('all', { maxOutputTokens: 321 })])
      const [asked] = script.requests
      ok(asked, 'nothing was asked')
      ok(asked.system.includes('You answer with JSON.'), 'the instructions')
      equal(asked.user, '{"question":"all"}')
      if (model.supports.schema === 'strict') deepEqual(asked.schema, schema)
      equal(asked.maxOutputTokens, 321)
    },

    'one that failed fails no other': async ({ model, script }) => {
      script.when('"bad"', { fails: 400 }).when('', { says: 'a' }, { says: 'a' })
      const [first, failed, last] = await model.generate(['good', 'bad', 'better'].map(id => requestOf(id)))
      equal(textOf(first), 'a')
      ok(failed && 'error' in failed && MemoryError.is(failed.error), 'the error of a request is its answer')
      equal(textOf(last), 'a')
    },

    'a refusal, and an end at the limit, are told apart': async ({ model, script }) => {
      script
        .when('"refuse"', { finish: 'refused' })
        .when('"long"', { says: '{"facts":["a', finish: 'length' })
      const [refused, long] = await model.generate([requestOf('refuse'), requestOf('long')])
      ok(refused && 'finish' in refused && long && 'finish' in long)
      deepEqual([refused.finish, long.finish], ['refused', 'length'])
      equal(long.text, '{"facts":["a')
    },

    'text of every script comes as it is': async ({ model, script }) => {
      const texts = hostileStrings.filter(text => text.isWellFormed())
      for (const text of texts) script.when('', { says: { facts: [text] } })
      for (const text of texts) {
        const [answer] = await model.generate([requestOf('text')])
        deepEqual(JSON.parse(textOf(answer)), { facts: [text] })
      }
    },

    'no requests ask nothing': async ({ model, script }) => {
      deepEqual(await model.generate([]), [])
      deepEqual([script.requests.length, model.counters.requests], [0, 0])
    },
  }),
  ...casesOf<ScriptedParts>('ends', {
    'with an aborted signal nothing is asked': async ({ model, script }) => {
      const signal = AbortSignal.abort()
      await assertRejects('ABORTED', 'before', () => model.generate([requestOf('a')], { signal }))
      equal(script.requests.length, 0)
    },

    'a wait for an answer ends with its signal': async ({ model, script }) => {
      script.when('', { takes: 60_000 })
      const controller = new AbortController()
      const call = model.generate([requestOf('slow')], { signal: controller.signal })
      setTimeout(() => controller.abort(), 20)
      await assertRejects('ABORTED', 'meanwhile', () => call)
    },

    'a closed model answers nothing, and closing twice is closing once': async ({ model, script }) => {
      await Promise.all([model.close(), model.close()])
      await assertRejects('CLOSED', 'generate', () => model.generate([requestOf('a')]))
      equal(script.requests.length, 0)
    },
  }),
  ...casesOf<ScriptedParts>('requests', {
    'that are wrong are refused, and nothing is asked': async ({ model, script }) => {
      const wrongs: Readonly<Record<string, object>> = {
        'no system': { system: '' },
        'a user that is no text': { user: 7 },
        'NUL in a text': { user: 'a\0b' },
        'a name with a space': { name: 'two words' },
        'a schema that is none': { schema: 'object' },
        'no tokens': { maxOutputTokens: 0 },
        'an unknown field': { temperature: 1 },
      }
      for (const [name, fields] of Object.entries(wrongs)) {
        const requests = [requestOf('a'), { ...requestOf('b'), ...fields }] as ModelRequest[]
        await assertRejects('INVALID_ARGUMENT', name, () => model.generate(requests))
      }
      await assertRejects('INVALID_ARGUMENT', 'one id twice', () =>
        model.generate([requestOf('a'), requestOf('a')]),
      )
      equal(script.requests.length, 0)
    },
  }),
  ...modelJobCases,
  ...casesOf<ScriptedParts>('facts', {
    'it says what it is, and counts tokens': async ({ model }) => {
      ok(model.model.length > 0, 'no model')
      ok(['strict', 'hint', 'none'].includes(model.supports.schema), model.supports.schema)
      equal(model.countTokens(''), 0)
      const [few, many] = [model.countTokens('green tea'), model.countTokens('green tea '.repeat(100))]
      ok(few >= 2 && many > 50 * few, `${few} and ${many}`)
    },
  }),
]
