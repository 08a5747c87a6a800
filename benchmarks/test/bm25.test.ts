import { describe, expect, test } from 'vitest'

import { askBm25 } from '../retrieval/ask-bm25.ts'
import { Bm25 } from '../retrieval/bm25.ts'
import { joinTurns } from '../retrieval/shapes.ts'

describe('BM25', () => {
  const texts = [
    'The cat sat on the mat.',
    'Dogs and cats are living together in the old house by the river and the bridge.',
    'A quarterly report on sales.',
    'Cats, cats, cats!',
  ]
  const bm25 = new Bm25(texts)
  const places = (query: string, topK = 10): number[] => bm25.search(query, topK).map(({ place }) => place)

  test('finds texts by the stems of their words, most frequent and shortest first', () => {
    expect(places('cat')).toEqual([3, 0, 1])
  })

  test('leaves out what shares no word, and knows no stop words or question words', () => {
    expect(places('the of and')).toEqual([])
    expect(places('What did they do there, and when?')).toEqual([])
    expect(places('elephant')).toEqual([])
  })

  test('prefers a rare word to a common one', () => {
    expect(places('cat report', 1)).toEqual([2])
  })

  test('gives no more than was asked for', () => {
    expect(places('cat', 2)).toHaveLength(2)
  })

  test('gives equal texts in their order', () => {
    expect(new Bm25(['apple', 'pear']).search('pear apple', 2).map(({ place }) => place)).toEqual([0, 1])
  })

  test('scores as the formula does, with k1 0.9 and b 0.3', () => {
    // Lengths 3 and 1, mean 2. 'tea' is in one of two texts, twice: idf = ln(1 + 1.5 / 1.5) = ln 2,
    // and 2 · 1.9 / (2 + 0.9 · (0.7 + 0.3 · 3 / 2)) = 3.8 / 3.035.
    const [found] = new Bm25(['tea tea milk', 'coffee']).search('tea', 1)
    expect(found).toEqual({ place: 0, score: expect.closeTo((Math.LN2 * 3.8) / 3.035, 10) as number })
  })
})

test('BM25 is asked of the memories of one user, whose words alone it counts', () => {
  const said = (userId: string, content: string) => ({ userId, content, metadata: { diaId: content } })
  const turns = [
    said('bob', 'A kite, a kite, a kite!'),
    said('ana', 'A bench in the dunes.'),
    said('ana', 'Sand, and a kite over the dunes.'),
  ]
  const question = { question: 'Where was the kite?', userId: 'ana', evidence: [] }
  expect(askBm25(joinTurns(turns, 'turns'), [question, { ...question, userId: 'eve' }])).toEqual([
    { memories: [2], deep: [2] },
    { memories: [], deep: [] },
  ])
})
