import { expect, test } from 'vitest'
import { planSearch } from '../src/plan-search.ts'

const settings = { scanUpTo: 8_000, graphCost: 250 }
const dimensions = 384

test.each([
  ['a small scope is gathered', 'gather', 8_000, 1_000_000, 4],
  ['a small scope is gathered in a small index', 'gather', 8_000, 8_100, 1],
  ['so few are scanned', 'scan', 20_000, 20_000, 1],
  ['a tenth of 100,000 is scanned with the others', 'scan', 10_000, 100_000, 1],
  ['half of 100,000 is asked for in a graph', 'graphs', 50_000, 100_000, 1],
  ['a tenth of a million is gathered: a graph would find too few', 'gather', 100_000, 1_000_000, 4],
  ['a fifth of a million is asked for in graphs', 'graphs', 200_000, 1_000_000, 4],
  ['all of a million are asked for in graphs', 'graphs', 1_000_000, 1_000_000, 4],
])('%s', (_, way, count, rows, segments) => {
  const blocks = Math.ceil(rows / 65_536)
  expect(planSearch({ wanted: 36, count, rows, segments, blocks, dimensions }, settings).way).toBe(way)
})

test('a smaller share asks for more of each segment, and more segments for less of each', () => {
  const eachOf = (count: number, segments: number): number => {
    const size = { wanted: 36, count, rows: 100_000, segments, blocks: segments, dimensions }
    return planSearch(size, settings).eachGraph
  }
  expect(eachOf(100_000, 1)).toBe(128)
  expect(eachOf(10_000, 1)).toBe(720)
  expect(eachOf(10_000, 4)).toBe(360)
})
