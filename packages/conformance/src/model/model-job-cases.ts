import { deepEqual, equal, fail, ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { LanguageModel, ModelAnswer, ModelRequest } from '@agentmem/core/adapter'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { requestOf, textOf } from './model-requests.ts'
import type { ScriptedParts } from './scripted-parts.ts'

/** The cases hold for models that take deferred work. Of others they say that it is refused. */
async function deferred(
  model: LanguageModel,
): Promise<Required<Pick<LanguageModel, 'submit' | 'collect'>> | undefined> {
  const submit = model.submit?.bind(model)
  const collect = model.collect?.bind(model)
  ok(submit && collect, 'a guarded model has submit and collect')
  if (model.supports.deferred) return { submit, collect }
  await assertRejects('UNSUPPORTED', 'submit', () => submit([requestOf('a')]))
  await assertRejects('UNSUPPORTED', 'collect', () => collect('1:a'))
  return undefined
}

/** Asks until the answers are there. */
async function collected(model: LanguageModel, ticket: string): Promise<ModelAnswer[]> {
  for (let poll = 0; poll < 20; poll++) {
    const answers = await model.collect?.(ticket)
    if (answers) return answers
  }
  return fail('the job does not end')
}

const ids = ['one', 'two', 'three', 'four']
const requests = (): ModelRequest[] => ids.map(id => requestOf(id))

function script({ script: given }: ScriptedParts): void {
  for (const [n, id] of ids.entries())
    given.when(`"${id}"`, { says: { facts: [id] }, usage: { input: 7, output: n + 1 } })
}

export const modelJobCases: readonly Case<ScriptedParts>[] = casesOf<ScriptedParts>('jobs', {
  'are collected by their ticket, one answer a request, in their order, as often as one likes':
    async parts => {
      const { model } = parts
      const calls = await deferred(model)
      if (!calls) return
      script(parts)
      parts.script.jobs.polls = 2
      const ticket = await calls.submit(requests())
      equal(parts.script.requests.length, 4)
      for (let poll = 0; poll < 2; poll++) equal(await calls.collect(ticket), undefined)
      for (let time = 0; time < 2; time++) {
        const answers = await collected(model, ticket)
        deepEqual(
          answers.map(answer => JSON.parse(textOf(answer))),
          ids.map(id => ({ facts: [id] })),
        )
        for (const [n, answer] of answers.entries())
          ok('usage' in answer && answer.usage.input === 7 && answer.usage.output === n + 1, 'the usage')
      }
      equal(parts.script.requests.length, 4)
      parts.script.assertPlayed()
    },

  'with one request that failed have the other answers': async ({ model, script: given }) => {
    const calls = await deferred(model)
    if (!calls) return
    given
      .when('"bad"', { fails: 500 })
      .when('"refuse"', { finish: 'refused' })
      .when('"long"', { says: '{"facts":["a', finish: 'length' })
      .when('', { says: 'a' })
    const asked = ['good', 'bad', 'refuse', 'long'].map(id => requestOf(id))
    const [good, bad, refused, long] = await collected(model, await calls.submit(asked))
    equal(textOf(good), 'a')
    ok(bad && 'error' in bad && MemoryError.is(bad.error), 'the error of a request is its answer')
    ok(refused && 'finish' in refused && long && 'finish' in long)
    deepEqual([refused.finish, long.finish], ['refused', 'length'])
  },

  'with a key that was handed in already are not handed in again': async parts => {
    const calls = await deferred(parts.model)
    if (!calls) return
    script(parts)
    const ticket = await calls.submit(requests(), { key: 'noon' })
    equal(await calls.submit(requests(), { key: 'noon' }), ticket)
    equal(parts.script.requests.length, 4)
    equal((await collected(parts.model, ticket)).length, 4)
    parts.script.when('', { says: 'a' })
    const other = await calls.submit([requestOf('one')], { key: 'midnight' })
    ok(other !== ticket, 'another key is another job')
  },

  'whose time is over have the answers that are there, and errors for the others': async parts => {
    const calls = await deferred(parts.model)
    if (!calls) return
    script(parts)
    parts.script.jobs.end = 'expired'
    const answers = await collected(parts.model, await calls.submit(requests()))
    deepEqual(
      answers.map(answer => 'text' in answer),
      [true, true, false, false],
    )
  },

  'that failed have an error for each request, and are handed in anew': async parts => {
    const calls = await deferred(parts.model)
    if (!calls) return
    parts.script.jobs.end = 'failed'
    const ticket = await calls.submit(requests(), { key: 'noon' })
    const answers = await collected(parts.model, ticket)
    equal(answers.length, 4)
    ok(answers.every(answer => 'error' in answer && MemoryError.is(answer.error)))
    parts.script.jobs.end = 'completed'
    script(parts)
    const again = await calls.submit(requests(), { key: 'noon' })
    ok(again !== ticket, 'the key has the ticket of what failed')
    equal(textOf((await collected(parts.model, again))[3]), '{"facts":["four"]}')
  },

  'that nobody handed in are NOT_FOUND': async parts => {
    const calls = await deferred(parts.model)
    if (!calls) return
    parts.script.when('', { says: 'a' })
    const ticket = await calls.submit([requestOf('one')])
    await assertRejects('NOT_FOUND', 'collect', () => calls.collect(`${ticket}9`))
  },

  'that are wrong, or come with an aborted signal, are not handed in': async parts => {
    const calls = await deferred(parts.model)
    if (!calls) return
    const { submit, collect } = calls
    const signal = AbortSignal.abort()
    await assertRejects('INVALID_ARGUMENT', 'no request', () => submit([]))
    await assertRejects('INVALID_ARGUMENT', 'one id twice', () => submit([requestOf('a'), requestOf('a')]))
    await assertRejects('INVALID_ARGUMENT', 'a key of nothing', () => submit(requests(), { key: '' }))
    await assertRejects('INVALID_ARGUMENT', 'a ticket of nothing', () => collect(''))
    await assertRejects('ABORTED', 'submit', () => submit(requests(), { signal }))
    await assertRejects('ABORTED', 'collect', () => collect('1:a', { signal }))
    equal(parts.script.jobs.jobs.length, 0)
  },
})
