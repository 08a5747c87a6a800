import { describe, expect, test } from 'vitest'
import type { TextAnswer, TextIndex } from '../../src/contracts/text-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { TextFollower } from '../../src/text-index/text-follower.ts'
import { override } from '../kit/override.ts'
import { textIndexCases } from './text-index-cases.ts'

test.each(textIndexCases.map(one => [one.name, one] as const))('a text index %s', async (_, one) => {
  const store = new MapStore()
  const texts = new TextFollower(store)
  await one.run({ store, texts })
  await texts.close()
})

type Mutate = (texts: TextFollower, store: MapStore) => Partial<TextIndex>

/** The first answer to a question is given for ever. */
function remembering(texts: TextFollower): Partial<TextIndex> {
  const kept = new Map<string, TextAnswer[]>()
  return {
    search: async queries => {
      const key = JSON.stringify(queries)
      const answers = kept.get(key) ?? (await texts.search(queries))
      kept.set(key, answers)
      return answers
    },
  }
}

function answering(change: (answer: TextAnswer, query: string) => TextAnswer): Mutate {
  return texts => ({
    search: async queries =>
      (await texts.search(queries)).map((answer, i) => change(answer, queries[i]?.query ?? '')),
  })
}

const mutants: readonly (readonly [fault: string, fails: string, mutate: Mutate])[] = [
  ['finds nothing', 'finds what was there before', answering(answer => ({ ...answer, matches: [] }))],
  ['answers what it answered before', 'finds what was added since', remembering],
  ['answers what it answered before', 'does not find what was deleted', remembering],
  ['answers what it answered before', 'finds a text by its new words', remembering],
  ['answers what it answered before', 'does not find what is not indexed', remembering],
  [
    'looks at the tenant alone',
    'gives the texts of the filter',
    texts => ({
      search: queries =>
        texts.search(queries.map(query => ({ ...query, scope: { orgId: query.scope.orgId } }))),
    }),
  ],
  [
    'ranks among the texts of all',
    "tells nothing of another's words",
    texts => ({
      search: async queries => {
        const all = await texts.search(
          queries.map(query => ({ ...query, k: 100, scope: { orgId: 'default' } })),
        )
        const own = await texts.search(queries)
        return own.map((answer, i) => ({
          ...answer,
          matches: all[i]?.matches.filter(({ id }) => answer.matches.some(match => match.id === id)) ?? [],
        }))
      },
    }),
  ],
  [
    'gives neighbours the other way around',
    'keeps the order of one call',
    texts => ({
      neighbours: async (...args) =>
        (await texts.neighbours(...args)).map(({ before, after }) => ({ before: after, after: before })),
    }),
  ],
  [
    'puts what comes late at the end',
    'takes a text that comes late',
    texts => ({
      neighbours: async (...args) =>
        (await texts.neighbours(...args)).map(({ before, after }) => ({
          before: [...before, ...after],
          after: [],
        })),
    }),
  ],
  [
    'gives the answers in another order',
    'answers several queries, aligned',
    texts => ({ search: async queries => (await texts.search(queries)).toReversed() }),
  ],
  [
    'ranks ids in the order of their scores',
    'ranks the ids that it is given',
    answering(answer => ({
      ...answer,
      ranked: answer.ranked.toSorted((a, b) => (b?.score ?? -1) - (a?.score ?? -1)),
    })),
  ],
]

describe('the cases of a text index', () => {
  test.each(mutants)('catch one that %s (%s)', async (_, fails, mutate) => {
    const cases = textIndexCases.filter(({ name }) => name.startsWith(fails))
    expect(cases).toHaveLength(1)
    const store = new MapStore()
    const texts = new TextFollower(store)
    await expect(cases[0]?.run({ store, texts: override(texts, mutate(texts, store)) })).rejects.toThrow()
    await texts.close()
  })

  test('have a mutant each', () => {
    const caught = textIndexCases.filter(({ name }) => mutants.some(([, fails]) => name.startsWith(fails)))
    expect(caught).toEqual(textIndexCases)
  })
})
