import { deepEqual, equal, ok } from 'node:assert/strict'
import type { DecisionSet, Extractor, MessageWindow } from '@agentmem/core/adapter'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'

/** A window whose messages state facts, each with the name of the window. */
function windowOf(name: string): MessageWindow {
  const at = Date.UTC(2026, 2, 10)
  const said = { role: 'user', actorId: name, at }
  const texts = [`My name is ${name}.`, `${name} lives in Paris.`, `${name} is allergic to peanuts.`]
  return {
    context: [{ n: 0, text: `Hello ${name}!`, ...said, role: 'assistant' }],
    messages: texts.map((text, i) => ({ n: i + 1, text, ...said })),
  }
}

const shown = { said: 1, from: null }
const set: DecisionSet = {
  cases: [{ n: 4, fact: { text: 'Ana likes tea', ...shown }, stored: [{ text: 'Ana likes tea', ...shown }] }],
}

/** What every Extractor must do, as its guard hands it out. Registered with one whose model answers, or that needs none. */
export const extractorCases: readonly Case<Extractor>[] = [
  ...casesOf<Extractor>('outcomes', {
    'are one a window, in their order, and tell of their own window alone': async extractor => {
      const names = ['Ana', 'Ben', 'Cleo']
      const outcomes = await extractor.extract(names.map(windowOf))
      equal(outcomes.length, 3)
      for (const [i, outcome] of outcomes.entries()) {
        ok('facts' in outcome, JSON.stringify(outcome))
        ok(outcome.facts.length > 0, `nothing is told of ${names[i]}`)
        const others = names.filter((_, n) => n !== i)
        for (const { text } of outcome.facts)
          ok(!others.some(name => text.includes(name)), `${names[i]}: ${text}`)
      }
    },

    'name messages of the window, and not those before it': async extractor => {
      const [outcome] = await extractor.extract([windowOf('Ana')])
      ok(outcome && 'facts' in outcome)
      for (const { sources } of outcome.facts) {
        ok(sources.length > 0, 'a fact without a source')
        for (const n of sources) ok(n >= 1 && n <= 3, `the source ${n}`)
      }
    },

    'of windows that were handed in are collected by their ticket, or that is UNSUPPORTED':
      async extractor => {
        const submit = extractor.submit?.bind(extractor)
        const collect = extractor.collect?.bind(extractor)
        ok(submit && collect, 'a guarded extractor has submit and collect')
        const names = ['Ana', 'Ben', 'Cleo']
        const handIn = (): Promise<string> => submit(names.map(windowOf), { key: 'noon' })
        const [first] = await Promise.allSettled([handIn()])
        if (first.status === 'rejected') {
          await assertRejects('UNSUPPORTED', 'submit', handIn)
          await assertRejects('UNSUPPORTED', 'collect', () => collect('1:a'))
          return
        }
        equal(await handIn(), first.value, 'one key has one ticket')
        await assertRejects('INVALID_ARGUMENT', 'no window', () => submit([]))
        let outcomes = await collect(first.value)
        for (let poll = 0; poll < 20 && !outcomes; poll++) outcomes = await collect(first.value)
        equal(outcomes?.length, 3)
        for (const [i, outcome] of (outcomes ?? []).entries()) {
          ok('facts' in outcome && outcome.facts.length > 0, JSON.stringify(outcome))
          for (const { text } of outcome.facts) ok(text.includes(names[i] ?? ''), `${names[i]}: ${text}`)
        }
      },

    'are one a set of decisions, and name their case': async extractor => {
      const outcomes = await extractor.decide([set, { cases: [] }])
      equal(outcomes.length, 2)
      ok(outcomes[0] && 'decisions' in outcomes[0], JSON.stringify(outcomes[0]))
      deepEqual(
        outcomes[0].decisions.map(({ fact, same }) => [fact, same]),
        [[4, [0]]],
      )
    },

    'of nothing are none': async extractor => {
      deepEqual(await extractor.extract([]), [])
      deepEqual(await extractor.decide([]), [])
    },
  }),
  ...casesOf<Extractor>('ends', {
    'with an aborted signal nothing is said': async extractor => {
      const signal = AbortSignal.abort()
      await assertRejects('ABORTED', 'extract', () => extractor.extract([windowOf('Ana')], { signal }))
      await assertRejects('ABORTED', 'decide', () => extractor.decide([set], { signal }))
    },

    'when it is closed': async extractor => {
      await Promise.all([extractor.close(), extractor.close()])
      await assertRejects('CLOSED', 'extract', () => extractor.extract([windowOf('Ana')]))
      await assertRejects('CLOSED', 'decide', () => extractor.decide([set]))
    },
  }),
  ...casesOf<Extractor>('facts', {
    'it has a name, and counts tokens': async extractor => {
      ok(extractor.name.length > 0, 'no name')
      equal(extractor.countTokens(''), 0)
      ok(extractor.countTokens('green tea '.repeat(100)) > 100)
    },
  }),
]
