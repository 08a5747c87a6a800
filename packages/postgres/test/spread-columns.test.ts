import { describe, expect, test } from 'vitest'
import { SpreadColumns, stepOf } from '../src/flavor/spread-columns.ts'

const columns = [
  { name: 'role', at: 0 },
  { name: 'place', at: 1 },
]
const rowsOf = (...places: number[]): unknown[][] => places.map(place => ['user', place])

describe('the places of a batch', () => {
  test.each([[[0]], [[7, 7, 7]], [[0, 1, 2, 3]], [[5, 3, 1]], [[2, 5, 8]]])(
    '%j travel as a first value and a step',
    places => {
      const spread = new SpreadColumns()
      expect(spread.takeIn(columns, rowsOf(...places))).toBe(false)
      expect(spread.has('place')).toBe(false)
      const [first, step] = stepOf(rowsOf(...places), 1)
      expect(places.map((_, n) => first + n * step)).toEqual(places)
    },
  )

  test('of several calls travel one by one, and so do all later ones', () => {
    const spread = new SpreadColumns()
    expect(spread.takeIn(columns, rowsOf(0, 1, 0, 1))).toBe(true)
    expect(spread.has('place')).toBe(true)
    expect(spread.takeIn(columns, rowsOf(0, 1, 2))).toBe(false)
    expect(spread.has('place')).toBe(true)
  })
})

test('another column that goes up by a step is spread', () => {
  const spread = new SpreadColumns()
  expect(spread.takeIn([{ name: 'version', at: 1 }], rowsOf(1, 2, 3))).toBe(true)
})
