import { describe, expect, test } from 'vitest'

import { Conversations } from '../scenarios/conversations.ts'

const turns = new Conversations(1).runs('ana', 400, 25)
const wordsOf = (content: string): string[] =>
  content
    .replace(/^.*?: /, '')
    .replace(/[.?]$/, '')
    .split(' ')

describe('made-up conversations', () => {
  test('are repeated by their seed', () => {
    expect(new Conversations(1).runs('ana', 2, 25)).toEqual(turns.slice(0, 50))
    expect(new Conversations(2).runs('ana', 2, 25)).not.toEqual(turns.slice(0, 50))
  })

  test('have runs a day apart with turns half a minute apart, of two who speak in turn', () => {
    expect(new Set(turns.map(({ runId }) => runId)).size).toBe(400)
    expect((turns[1]?.createdAt ?? 0) - (turns[0]?.createdAt ?? 0)).toBe(30_000)
    expect((turns[25]?.createdAt ?? 0) - (turns[0]?.createdAt ?? 0)).toBe(86_400_000)
    const speakers = turns.map(({ content }) => content.split(':')[0])
    expect(new Set(speakers).size).toBe(2)
    expect(speakers[0]).not.toBe(speakers[1])
    expect(speakers[0]).toBe(speakers[2])
  })

  test('have turns of 6 to 24 words, one in four a question', () => {
    const lengths = turns.map(({ content }) => wordsOf(content).length)
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([6, 24])
    const asking = turns.filter(({ content }) => content.endsWith('?')).length / turns.length
    expect(asking).toBeGreaterThan(0.22)
    expect(asking).toBeLessThan(0.28)
  })

  test('have words as frequent as Zipf’s law says: few that come often, many that come once', () => {
    const counts = new Map<string, number>()
    for (const word of turns.flatMap(({ content }) => wordsOf(content))) {
      counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    // 150,000 words, of which 45% are 30 function words: about 82,000 of the vocabulary of 50,000.
    const ranked = [...counts.values()].sort((a, b) => b - a)
    expect(ranked.length).toBeGreaterThan(10_000)
    expect(ranked.filter(count => count === 1).length / ranked.length).toBeGreaterThan(0.3)
    // Behind the function words, rank 300 is about three times as frequent as rank 900.
    const ratio = (ranked[330] ?? 0) / (ranked[930] ?? 1)
    expect(ratio).toBeGreaterThan(2)
    expect(ratio).toBeLessThan(4)
  })

  test('spell no two words of the vocabulary alike', () => {
    // The 2,000 most frequent words have four letters, the others six.
    const words = new Set(
      turns.flatMap(({ content }) => wordsOf(content)).filter(word => /^([b-z][aeiou]){2,3}$/.test(word)),
    )
    expect([...words].filter(word => word.length === 4).length).toBeLessThanOrEqual(2_000)
    expect([...words].filter(word => word.length === 4).length).toBeGreaterThan(1_900)
  })

  test('are asked by the name and by words of a turn', () => {
    const conversations = new Conversations(1)
    for (const turn of turns.slice(0, 100)) {
      const question = conversations.question(turn)
      const [, name, asked] = /^What did (\S+) say about (.*)\?$/.exec(question) ?? []
      expect(turn.content.startsWith(`${name}: `)).toBe(true)
      for (const word of asked?.split(' and ') ?? ['none']) expect(wordsOf(turn.content)).toContain(word)
    }
  })
})
