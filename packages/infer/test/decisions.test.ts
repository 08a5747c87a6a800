import type { ScriptedAnswer } from '@agentmem/conformance'
import { describe, expect, test } from 'vitest'
import { openInfer } from './open-infer.ts'

const paris = 'Ana lives in Paris'
const berlin = 'Ana lives in Berlin'
const says = (...texts: readonly string[]): ScriptedAnswer => ({
  says: { facts: texts.map(text => ({ text, sources: [0] })) },
})

/** Ana lived in Paris, and now says that she lives in Berlin: what the model decides of it. */
async function decided(...answers: readonly ScriptedAnswer[]) {
  const opened = await openInfer()
  const { script, said, clock } = opened
  script.when(`"text":"${paris}"`, says(paris))
  const first = await said(paris)
  clock.now += 1_000
  script.when('', says(berlin), ...answers)
  const result = await said(berlin)
  script.assertPlayed()
  return { ...opened, result, paris: first.results[0]?.id ?? '', asked: script.requests.at(-1) }
}
const decision = (...decisions: readonly object[]): ScriptedAnswer => ({ says: { decisions } })

describe('a decision', () => {
  test('that a stored fact has changed puts the new one in its place', async () => {
    const {
      result,
      facts,
      asked,
      paris: old,
    } = await decided(decision({ fact: 0, same: [], replaces: [{ k: 0, why: 'changed' }] }))
    expect(JSON.parse(asked?.user ?? '')).toEqual({
      facts: [
        { n: 0, text: berlin, said: '2026-03-10', stored: [{ k: 0, text: paris, said: '2026-03-10' }] },
      ],
    })
    expect(result).toMatchObject({ results: [{ event: 'SUPERSEDE', previousId: old }], usage: { calls: 2 } })
    expect(await facts()).toEqual([berlin])
  })

  test('that a fact is known stores nothing', async () => {
    const { result, facts, paris: old } = await decided(decision({ fact: 0, same: [0], replaces: [] }))
    expect(result.results).toMatchObject([{ event: 'NONE', id: old }])
    expect(await facts()).toEqual([paris])
  })

  test.each<[string, readonly object[]]>([
    [
      'about unknown facts',
      [
        { fact: 99, replaces: [{ k: 0, why: 'changed' }] },
        { fact: '0', same: [0] },
      ],
    ],
    ['about unknown memories', [{ fact: 0, same: ['0', -1, 99], replaces: [{ k: 7, why: 'wrong' }] }]],
    ['to delete', [{ fact: 0, delete: [0] }]],
    ['of nothing', []],
  ])('%s changes nothing, and the fact is added', async (_, decisions) => {
    const { result, facts } = await decided(decision(...decisions))
    expect(result.results).toMatchObject([{ event: 'ADD' }])
    expect(await facts()).toEqual([berlin, paris])
  })

  test('is the first of two about one fact', async () => {
    const { result, facts } = await decided(
      decision({ fact: 0, replaces: [{ k: 0, why: 'changed' }] }, { fact: 0, same: [0] }),
    )
    expect(result.results).toMatchObject([{ event: 'SUPERSEDE' }])
    expect(await facts()).toEqual([berlin])
  })

  test.each<[string, readonly ScriptedAnswer[], string]>([
    [
      'cannot be read is asked for once more',
      [{ says: 'Berlin!' }, decision({ fact: 0, same: [0] })],
      'NONE',
    ],
    ['is cut off is asked for once more', [{ finish: 'length' }, decision({ fact: 0, same: [0] })], 'NONE'],
    ['cannot be read twice leaves both facts', [{ says: 'Berlin!' }, { says: 'Paris!' }], 'ADD'],
    ['is refused leaves both facts', [{ finish: 'refused' }], 'ADD'],
  ])('that %s', async (_, answers, event) => {
    const { result, script } = await decided(...answers)
    expect(result).toMatchObject({ results: [{ event }], pending: 0 })
    const rejected = script.requests.slice(3).map(({ user }) => Object.keys(JSON.parse(user) as object))
    expect(rejected).toEqual(answers.length > 1 ? [['facts', 'rejected']] : [])
  })

  test('whose request failed leaves the message waiting, and its facts are not paid for again', async () => {
    const { result, memory, script, clock, facts } = await decided({ fails: 503 })
    expect(result).toMatchObject({ results: [], pending: 1, failed: [{ retryable: true }] })
    script.when('', decision({ fact: 0, replaces: [{ k: 0, why: 'changed' }] }))
    clock.now += 3_600_000
    expect(await memory.process()).toMatchObject({ results: [{ event: 'SUPERSEDE' }] })
    script.assertPlayed()
    expect(await facts()).toEqual([berlin])
  })
})
