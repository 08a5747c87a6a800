import { describe, expect, test } from 'vitest'

import { charactersOf, isUnspaced, splitWords } from '../../src/text/split-words.ts'

describe('words of a text', () => {
  test.each([
    ["Don't panic: it's 42!", 'don t panic it s 42'],
    ['“Quoted” — and dashed…', 'quoted and dashed'],
    ['Die Straße nach Łódź', 'die strasse nach lodz'],
    ['🥐 or 🥗?', '🥐 or 🥗'],
    ['हिन्दी में', 'हिन्दी में'],
    ['a re\u00adport', 'a report'],
    ['?!', ''],
  ])('are the same for a document and a query, where words have spaces: %s', (text, words) => {
    expect(splitWords(text, 'document').join(' ')).toBe(words)
    expect(splitWords(text, 'query').join(' ')).toBe(words)
  })

  test.each([
    ['用Python做', '用 python 做', '用 python 做'],
    ['Docker를 써요', 'docker 를 써 써요 요', 'docker 를 써요'],
    ['3月27日', '3 月 27 日', '3 月 27 日'],
    ['北京abc東京', '北 北京 京 abc 東 東京 京', '北京 abc 東京'],
  ])('are cut where a script without spaces begins or ends: %s', (text, document, query) => {
    expect(splitWords(text, 'document').join(' ')).toBe(document)
    expect(splitWords(text, 'query').join(' ')).toBe(query)
  })

  test.each([
    ['Han', '東京都', '東 東京 京 京都 都', '東京 京都'],
    ['Hiragana', 'さくら', 'さ さく く くら ら', 'さく くら'],
    ['Katakana with its long sound', 'タワー', 'タ タワ ワ ワー ー', 'タワ ワー'],
    ['halfwidth Katakana', 'ﾀﾜｰ', 'タ タワ ワ ワー ー', 'タワ ワー'],
    ['Hangul', '서울에', '서 서울 울 울에 에', '서울 울에'],
    ['Thai, marks with their letter', 'ที่นี่', 'ที่ ที่นี่ นี่', 'ที่นี่'],
    ['Lao', 'ລາວ', 'ລ ລາ າ າວ ວ', 'ລາ າວ'],
    ['Khmer', 'ខ្មែរ', 'ខ្ ខ្មែ មែ មែរ រ', 'ខ្មែ មែរ'],
    ['Myanmar', 'မြန်မာ', 'မြ မြန် န် န်မာ မာ', 'မြန် န်မာ'],
  ])('are characters and pairs in a document, pairs in a query: %s', (_, text, document, query) => {
    expect(splitWords(text, 'document').join(' ')).toBe(document)
    expect(splitWords(text, 'query').join(' ')).toBe(query)
  })

  test('are a character where a query has it alone', () => {
    expect(splitWords('茶', 'query')).toEqual(['茶'])
    expect(splitWords('한 잔의 茶?', 'query')).toEqual(['한', '잔의', '茶'])
  })

  test('are those of a document, unless it is said', () => {
    expect(splitWords('東京')).toEqual(['東', '東京', '京'])
  })

  test.each([
    ['letters of ASCII', 'a'.repeat(1_000_000), 15_625],
    ['letters', 'é'.repeat(1_000_000), 15_625],
    ['Han', '漢'.repeat(300_000), 599_999],
    ['marks', 'e'.padEnd(300_000, '\u1dc0\u1dca'), 1],
  ])('come of a long run too, and none is long: %s', (_, text, count) => {
    const words = splitWords(text)
    expect(words).toHaveLength(count)
    expect(Math.max(...words.slice(0, 10_000).map(word => word.length))).toBeLessThanOrEqual(64)
  })
})

test('a pair is told from a word, and taken apart', () => {
  expect(['東京', '京', '서울', 'タワ', 'ที่นี่'].map(isUnspaced)).toEqual([true, true, true, true, true])
  expect(['tokyo', '42', '🥐', 'привет', ''].map(isUnspaced)).toEqual([false, false, false, false, false])
  expect(charactersOf('東京')).toEqual(['東', '京'])
  expect(charactersOf('ที่นี่')).toEqual(['ที่', 'นี่'])
  expect(charactersOf('𠀀京')).toEqual(['𠀀', '京'])
})
