import { describe, expect, test } from 'vitest'

import { agreementOf } from '../answers/report/agreement.ts'
import { wilsonInterval } from '../answers/report/wilson-interval.ts'
import { readData } from '../answers/data/read-data.ts'
import { selectQuestions } from '../answers/select-questions.ts'
import { readObject } from '../answers/stages/read-object.ts'
import { sample } from './scripted-reader.ts'

describe('the interval of Wilson', () => {
  test.each([
    // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i of %i is that of the literature', (right, n, low, high) => {
    const interval = wilsonInterval(right, n)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
    expect(interval.share).toBeCloseTo(right / n, 10)
  })

  test('of all is that of none, mirrored', () => {
    const [all, none] = [wilsonInterval(7, 7), wilsonInterval(0, 7)]
    expect([all.low, all.high]).toEqual([expect.closeTo(1 - none.high, 10), 1])
  })
})

describe('agreement', () => {
  const pairs = (both: number, first: number, second: number, neither: number) => [
    ...Array.from({ length: both }, () => [true, true] as const),
    ...Array.from({ length: first }, () => [true, false] as const),
    ...Array.from({ length: second }, () => [false, true] as const),
    ...Array.from({ length: neither }, () => [false, false] as const),
  ]

  test('is counted, and set against chance', () => {
    const agreement = agreementOf(pairs(20, 5, 10, 15))
    // (0.7 - 0.5) / (1 - 0.5)
    expect(agreement.kappa).toBeCloseTo(0.4, 10)
    expect(agreement).toMatchObject({ n: 50, share: 0.7, onlyFirst: 5, onlySecond: 10 })
  })

  test('is 1 where judges agree on everything, below 0 where they never do', () => {
    expect(agreementOf(pairs(3, 0, 0, 4)).kappa).toBe(1)
    expect(agreementOf(pairs(0, 5, 5, 0)).kappa).toBe(-1)
  })

  test('has no kappa where both say the same of all, or of nothing', () => {
    expect(agreementOf(pairs(5, 0, 0, 0))).toMatchObject({ share: 1, kappa: null })
    expect(agreementOf([])).toMatchObject({ n: 0, kappa: null })
  })
})

test('a larger lot of questions has all of a smaller one, in the order of the data', () => {
  const data = readData(sample)
  const ids = (limit: number) => selectQuestions(data, { limit, conversations: 9 }).map(({ id }) => id)
  const [few, more, all] = [ids(4), ids(9), ids(Infinity)]
  expect([few.length, more.length, all.length]).toEqual([4, 9, 18])
  expect(more.filter(id => few.includes(id))).toEqual(few)
  expect(all.filter(id => more.includes(id))).toEqual(more)
})

test.each([
  ['{"a":1}', { a: 1 }],
  ['Sure: {"a":"}"} done', { a: '}' }],
  ['```json\n{"a":1}\n```', { a: 1 }],
  ['[1]', undefined],
  ['', undefined],
  ['{"a":', undefined],
  ['}{', undefined],
  ['null', undefined],
])('the object in %j is read', (text, object) => {
  expect(readObject(text)).toEqual(object)
})
