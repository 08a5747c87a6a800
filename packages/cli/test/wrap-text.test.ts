import { expect, test } from 'vitest'
import { wrapText } from '../src/terminal/wrap-text.ts'

test('a text is broken between words, and keeps the ends of its own lines', () => {
  expect(wrapText('one two three\nfour five six seven', 9)).toEqual([
    'one two',
    'three',
    'four five',
    'six seven',
  ])
})

test('a word that is too long is cut, never lost', () => {
  expect(wrapText('a abcdefghij', 4)).toEqual(['a', 'abcd', 'efgh', 'ij'])
})

test('wide characters and emoji take two columns, and stay whole', () => {
  expect(wrapText('日本語の文', 4)).toEqual(['日本', '語の', '文'])
  expect(wrapText('👩‍👩‍👧👩‍👩‍👧', 3)).toEqual(['👩‍👩‍👧', '👩‍👩‍👧'])
})

test('without a width nothing is broken', () => {
  expect(wrapText(`${'word '.repeat(100)}end`, Infinity)).toHaveLength(1)
})

test('an empty line stays empty', () => {
  expect(wrapText('a\n\nb', 10)).toEqual(['a', '', 'b'])
})
