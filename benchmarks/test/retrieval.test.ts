import { describe, expect, test } from 'vitest'

import { Bm25 } from '../retrieval/bm25.ts'
import { recallAtDepths } from '../retrieval/evidence.ts'

describe('BM25', () => {
  const texts = [
    'The cat sat on the mat.',
    'Dogs and cats are living together in the old house by the river and the bridge.',
    'A quarterly report on sales.',
    'Cats, cats, cats!',
  ]
  const bm25 = new Bm25(texts)

  test('finds texts by the stems of their words, most frequent and shortest first', () => {
    expect(bm25.search('cat', 10)).toEqual([3, 0, 1])
  })

  test('leaves out what shares no word, and knows no stop words', () => {
    expect(bm25.search('the of and', 10)).toEqual([])
    expect(bm25.search('elephant', 10)).toEqual([])
  })

  test('prefers a rare word to a common one', () => {
    expect(bm25.search('cat report', 1)).toEqual([2])
  })

  test('gives no more than was asked for', () => {
    expect(bm25.search('cat', 2)).toHaveLength(2)
  })

  test('scores as the formula does', () => {
    // Two texts of one word each: idf = ln(1 + (2 - 1 + 0.5) / (1 + 0.5)) = ln 2 for both, so the order is theirs.
    expect(new Bm25(['apple', 'pear']).search('pear apple', 2)).toEqual([0, 1])
  })
})

test('recall at a depth is the mean share of the evidence among the first hits', () => {
  const questions = [
    { question: 'a', userId: 'u', evidence: ['1', '2'] },
    { question: 'b', userId: 'u', evidence: ['3'] },
  ]
  const found = [['1', 'x', 'y', 'z', 'w', '2'], ['x']]
  expect(recallAtDepths(questions, found)).toEqual([0.25, 0.25, 0.5, 0.5])
})
