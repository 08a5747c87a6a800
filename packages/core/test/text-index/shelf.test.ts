import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TextEntry } from '../../src/contracts/text-index.ts'
import { Shelf } from '../../src/text-index/shelf.ts'
import { idsOf, rank, shelfOf, textEntry } from '../kit/text-entry.ts'

const words = [
  'green',
  'tea',
  'teas',
  'rain',
  'running',
  'runner',
  // More forms of one word than a query takes up: one that no text holds any more must not keep another out.
  'Москва',
  'Москве',
  'Москву',
  'Москвою',
  'Москвами',
  'Москвичка',
  'Москвич',
  'Москва2',
  '绿茶',
  '茶',
  'milk?',
  'Ann: hello',
]

const entries = fc.record({
  id: fc.integer({ min: 0, max: 15 }).map(n => `m${n}`),
  content: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }).map(list => list.join(' ')),
  createdAt: fc.integer({ min: 0, max: 20 }).map(n => n * 20 * 60_000),
  place: fc.integer({ min: 0, max: 2 }),
  actorId: fc.constantFrom(null, 'ann', 'bob'),
  origin: fc.constantFrom('caller', 'caller', 'model'),
  runId: fc.constantFrom(undefined, 'r', 's'),
})
const changes = fc.oneof(
  {
    weight: 3,
    arbitrary: entries.map(({ runId, ...fields }) =>
      textEntry(fields.id, fields.content, { ...fields, scope: { orgId: 'o', userId: 'u', runId } }),
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 15 }).map(n => `m${n}`) },
)
const queries = ['green tea', 'runs', 'Москвы', '绿茶叶', 'what did Ann drink', 'rain on 1 January', 'milk']

describe('a shelf', () => {
  test('ranks, after any changes, as one that has only ever had the texts that are left', () => {
    fc.assert(
      fc.property(
        fc.array(changes, { maxLength: 60 }),
        fc.integer({ min: 0, max: 59 }),
        (list, compactAt) => {
          let shelf = new Shelf(true)
          const left = new Map<string, TextEntry>()
          list.forEach((change, i) => {
            if (typeof change === 'string') {
              shelf.remove(change)
              left.delete(change)
            } else {
              shelf.add(change)
              left.delete(change.id)
              left.set(change.id, change)
            }
            if (i === compactAt) shelf = shelf.compacted()
            if (i % 7 === 0) rank(shelf, 'tea')
          })
          // In another order than they came in.
          const fresh = shelfOf([...left.values()].toReversed())
          for (const query of queries)
            expect(rank(shelf, query, { k: 20 })).toEqual(rank(fresh, query, { k: 20 }))
          expect(shelf.size).toBe(left.size)
          for (const id of left.keys()) expect(shelf.neighbours(id, 2)).toEqual(neighboursIn(fresh, id))
        },
      ),
      { numRuns: 200 },
    )
  })

  function neighboursIn(shelf: Shelf, id: string) {
    shelf.runs.settle()
    return shelf.neighbours(id, 2)
  }

  test('without its oldest texts says that it is partial, and ranks the rest', () => {
    const shelf = shelfOf(Array.from({ length: 8 }, (_, n) => textEntry(`${n}`, 'tea', { createdAt: n })))
    const rest = shelf.withoutOldest(0.25)
    expect(rest.size).toBe(6)
    const answer = rank(rest, 'tea')
    expect(idsOf(answer).toSorted()).toEqual(['2', '3', '4', '5', '6', '7'])
    expect(answer.isPartial).toBe(true)
  })

  test('takes at most 600 bytes for each text of a large scope, by what it counts', () => {
    const shelf = new Shelf(true)
    for (let n = 0; n < 20_000; n++) {
      const said = Array.from(
        { length: 12 },
        (_, i) => `w${(n * 7 + i * i * 31) % (i < 6 ? 400 : 9_000)}`,
      ).join(' ')
      shelf.add(textEntry(`0193-${n}`, said, { place: n }))
    }
    expect(shelf.bytes / shelf.size).toBeLessThan(600)
    expect(shelf.bytes / shelf.size).toBeGreaterThan(250)
  })

  test.each([
    ['a text of one word a hundred thousand times', 'tea '.repeat(100_000)],
    ['a text of 100,000 marks', `e${'\u0301'.repeat(100_000)}`],
    ['a text of 100,000 question marks', '?'.repeat(100_000)],
    ['a text of 100,000 spaces after a name', `Ann:${' '.repeat(100_000)}x`],
  ])('takes %s', (_, content) => {
    const shelf = shelfOf([textEntry('a', content), textEntry('b', 'green tea', { place: 1 })])
    expect(idsOf(rank(shelf, 'green'))).toContain('b')
  })
})
