import { describe, expect, test } from 'vitest'
import { conversation, idsOf, rank, shelfOf, textEntry } from '../kit/text-entry.ts'

const day = 86_400_000
const alone = { context: false, weights: { run: 0, actor: 0, date: 0, asks: 0 } }

describe('the words of a text', () => {
  test('score as BM25 with k1 0.9 and b 0.3 over the texts of the filter', () => {
    // Three texts of 2, 1 and 3 words: mean 2. 'tea' is in two of them.
    const shelf = shelfOf(conversation(['green tea', 'rain', 'tea tea leaf']))
    const { matches } = rank(shelf, 'tea', alone)
    const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    const score = (count: number, length: number): number =>
      (idf * count * 1.9) / (count + 0.9 * (1 - 0.3 + (0.3 * length) / 2))
    expect(matches.map(({ id }) => id)).toEqual(['c', 'a'])
    expect(matches[0]?.score).toBe(1)
    expect(matches[1]?.score).toBeCloseTo(score(1, 2) / score(2, 3), 5)
  })

  test('a word that stands four times or more counts as four times', () => {
    const shelf = shelfOf(conversation(['tea tea tea tea', 'tea tea tea tea tea tea tea rain']))
    // Equal but for their lengths, which count little.
    const { matches } = rank(shelf, 'tea', alone)
    const score = (length: number): number => 4 / (4 + 0.9 * (0.7 + (0.3 * length) / 6))
    expect(matches[1]?.score).toBeCloseTo(score(8) / score(4), 5)
  })

  test('an inflected form finds the others, and other forms of a word that has no stem count as like it', () => {
    expect(idsOf(rank(shelfOf(conversation(['she ran home', 'rain'])), 'running', alone))).toEqual(['a'])
    const shelf = shelfOf(conversation(['ездил в Москве', 'ездил в Берлин']))
    expect(idsOf(rank(shelf, 'Москва', alone))).toEqual(['a'])
    expect(
      idsOf(rank(shelfOf(conversation(['ездил в Москве']), { subwords: false }), 'Москва', alone)),
    ).toEqual([])
  })

  test('a pair of characters that no text holds stands for its characters', () => {
    const shelf = shelfOf(conversation(['我喝绿茶', '下雨']))
    expect(idsOf(rank(shelf, '茶叶', alone))).toEqual(['a'])
  })

  test('a query of nothing but stop words finds nothing', () => {
    const shelf = shelfOf(conversation(['what did you do', 'tea']))
    expect(rank(shelf, 'what did you', alone).matches).toEqual([])
    expect(rank(shelf, '', alone).matches).toEqual([])
  })

  test('equal scores stand in ascending order of id', () => {
    const entries = ['d', 'b', 'a', 'c'].map(id =>
      textEntry(id, 'green tea', { scope: { orgId: 'o', runId: id } }),
    )
    expect(idsOf(rank(shelfOf(entries), 'tea'))).toEqual(['a', 'b', 'c', 'd'])
    expect(idsOf(rank(shelfOf(entries), 'tea', { k: 2 }))).toEqual(['a', 'b'])
  })

  test('k cuts the list and changes no score', () => {
    const entries = Array.from({ length: 500 }, (_, n) =>
      textEntry(`${n}`, `tea ${'and rice '.repeat(n % 7)}${n}`, { place: n }),
    )
    const shelf = shelfOf(entries)
    const all = rank(shelf, 'tea', { k: 500 }).matches
    expect(all).toHaveLength(500)
    for (const k of [1, 3, 50]) expect(rank(shelf, 'tea', { k }).matches).toEqual(all.slice(0, k))
  })
})

describe('the texts beside a text', () => {
  test('pass on their words by the kernel, and a question twice as much to what follows it', () => {
    const texts = ['one', 'two', 'three', 'four', 'TEA', 'five', 'six', 'seven', 'eight', 'nine']
    const shelf = shelfOf(conversation(texts))
    const share = Object.fromEntries(
      rank(shelf, 'tea', { weights: { run: 0 } }).matches.map(({ id, score }) => [id, score]),
    )
    expect(share).toEqual({ a: 0.1, b: 0.1, c: 0.2, d: 0.2, e: 1, f: 0.4, g: 0.3, h: 0.1, i: 0.15 })
    const asking = shelfOf(conversation(['tea?', 'yes indeed', 'rain']))
    const answers = rank(asking, 'tea', { weights: { run: 0, asks: 0 } }).matches.map(({ id, score }) => [
      id,
      score,
    ])
    expect(answers).toEqual([
      ['a', 1],
      ['b', 0.8],
      ['c', 0.3],
    ])
  })

  test('a question passes no more to what its own actor says next', () => {
    const [question, next] = conversation(['tea?', 'rain'], { actorId: 'ann' })
    if (!question || !next) throw new Error('there are two')
    const scoreOf = (actorId: string | null): number | undefined =>
      rank(shelfOf([question, { ...next, actorId }]), 'tea', { weights: { run: 0, asks: 0 } }).matches[1]
        ?.score
    expect(scoreOf('ann')).toBe(0.4)
    expect(scoreOf('bob')).toBe(0.8)
    expect(scoreOf(null)).toBe(0.8)
  })

  test('are those of the same run: nothing passes from one to another', () => {
    const entries = [
      textEntry('a', 'tea', { scope: { orgId: 'default', userId: 'alice', runId: 'x' } }),
      textEntry('b', 'rain', { scope: { orgId: 'default', userId: 'alice', runId: 'y' }, place: 1 }),
      textEntry('c', 'snow', { scope: { orgId: 'default', userId: 'bob', runId: 'x' }, place: 2 }),
    ]
    expect(idsOf(rank(shelfOf(entries), 'tea'))).toEqual(['a'])
  })

  test('without runs, a pause of more than 30 minutes parts them', () => {
    const scope = { orgId: 'default', userId: 'alice' }
    const minutes = (n: number): number => n * 60_000
    const texts = (pause: number) => [
      textEntry('a', 'tea', { scope, createdAt: 0 }),
      textEntry('b', 'rain', { scope, createdAt: minutes(pause) }),
    ]
    expect(idsOf(rank(shelfOf(texts(30)), 'tea'))).toEqual(['a', 'b'])
    expect(idsOf(rank(shelfOf(texts(31)), 'tea'))).toEqual(['a'])
  })

  test('without runs, more than 1,000 texts without a pause are no conversation', () => {
    const scope = { orgId: 'default', userId: 'alice' }
    const texts = (count: number) =>
      Array.from({ length: count }, (_, place) =>
        textEntry(`${place}`, place === 5 ? 'tea' : `w${place}`, { scope, place }),
      )
    expect(rank(shelfOf(texts(1_000)), 'tea').matches.length).toBe(9)
    expect(idsOf(rank(shelfOf(texts(1_001)), 'tea'))).toEqual(['5'])
  })

  test('context false turns them off, and near scales them', () => {
    const shelf = shelfOf(conversation(['tea', 'rain']))
    expect(idsOf(rank(shelf, 'tea', { context: false }))).toEqual(['a'])
    expect(idsOf(rank(shelf, 'tea', { weights: { near: 0 } }))).toEqual(['a'])
    const half = rank(shelf, 'tea', { weights: { near: 0.5, run: 0 } }).matches[1]
    expect(half?.score).toBe(0.2)
  })
})

describe('the other parts', () => {
  test('a run whose words answer the query lifts its texts', () => {
    const scope = (runId: string) => ({ orgId: 'default', userId: 'alice', runId })
    const entries = [
      textEntry('a', 'tea', { scope: scope('x') }),
      ...Array.from({ length: 8 }, (_, n) => textEntry(`x${n}`, 'rain', { scope: scope('x'), place: n + 1 })),
      textEntry('b', 'tea', { scope: scope('y') }),
      ...Array.from({ length: 8 }, (_, n) => textEntry(`y${n}`, 'rain', { scope: scope('y'), place: n + 1 })),
      textEntry('z', 'milk', { scope: scope('y'), place: 20 }),
    ]
    expect(idsOf(rank(shelfOf(entries), 'tea milk', { weights: { near: 0 } })).slice(0, 3)).toEqual([
      'z',
      'b',
      'a',
    ])
  })

  test('a query that names who said it finds what they said', () => {
    const entries = [
      textEntry('a', 'I like green tea', { actorId: 'bob' }),
      textEntry('b', 'Caroline Smith: I like green tea', { place: 1 }),
      textEntry('c', 'Caroline, I like green tea', { place: 2 }),
    ]
    const shelf = shelfOf(entries)
    const asked = rank(shelf, 'What tea does Caroline Smith like?', { context: false })
    expect(asked.matches[0]?.id).toBe('b')
    expect(asked.names.actor).toBe(true)
    expect(asked.matches.find(({ id }) => id === 'b')?.parts.actor).toBe(1)
    // Half of a name names nobody.
    expect(rank(shelf, 'What tea does Caroline like?').names.actor).toBe(false)
    expect(rank(shelf, 'What tea does Bob like?', { context: false }).matches[0]?.id).toBe('a')
  })

  test('a name that is a stop word counts with a capital, and not at the beginning', () => {
    const shelf = shelfOf(conversation(['tea', 'rain'], { actorId: 'Will' }))
    expect(rank(shelf, 'What tea did Will drink?').names.actor).toBe(true)
    expect(rank(shelf, 'What tea will he drink?').names.actor).toBe(false)
    expect(rank(shelf, 'Will he drink tea?').names.actor).toBe(false)
  })

  test('a query that names a day answers with that day, without a word of it', () => {
    const at = (date: string): number => Date.parse(date)
    const scope = { orgId: 'default', userId: 'alice' }
    const entries = [
      textEntry('a', 'the garden', { scope, createdAt: at('2023-04-27T09:00Z') }),
      textEntry('b', 'rain again', { scope, createdAt: at('2023-08-01T09:00Z') }),
      textEntry('c', 'a new job', { scope, createdAt: at('2023-04-27T12:00Z') }),
      textEntry('d', 'the next day', { scope, createdAt: at('2023-04-28T12:00Z') }),
    ]
    const { matches, names } = rank(shelfOf(entries), 'What did we talk about on 27 April?')
    expect(matches.map(({ id }) => id)).toEqual(['a', 'c', 'd'])
    expect(names.date).toBe(true)
    expect(matches[0]?.parts).toMatchObject({ text: 0, date: 1 })
    expect(idsOf(rank(shelfOf(entries), 'yesterday', { now: at('2023-04-28T20:00Z') })).slice(0, 2)).toEqual([
      'a',
      'c',
    ])
    expect(rank(shelfOf(entries), 'yesterday').names.date).toBe(false)
  })

  test('what asks loses a tenth', () => {
    const entries = [
      textEntry('a', 'green tea?', { scope: { orgId: 'o', runId: '1' } }),
      textEntry('b', 'green tea', { scope: { orgId: 'o', runId: '2' } }),
      textEntry('c', '绿茶 green tea？ ', { scope: { orgId: 'o', runId: '3' } }),
    ]
    const { matches } = rank(shelfOf(entries), 'tea', { context: false })
    expect(matches[0]?.id).toBe('b')
    expect(matches.find(({ id }) => id === 'a')?.score).toBeCloseTo(0.9 * (matches[0]?.score ?? 0), 9)
    expect(matches.find(({ id }) => id === 'c')?.parts.asks).toBe(true)
  })

  test('a score is over the greatest that the query could give', () => {
    const shelf = shelfOf(conversation(['tea'], { actorId: 'bob', createdAt: 0 }))
    expect(rank(shelf, 'tea').matches[0]?.score).toBe(1)
    expect(rank(shelf, 'tea', { context: false }).matches[0]?.score).toBe(1)
    // Named, but not who said it.
    const other = shelfOf([
      ...conversation(['tea'], { actorId: 'bob' }),
      textEntry('z', 'rain', { actorId: 'ann', createdAt: 9 * day, scope: { orgId: 'o' } }),
    ])
    expect(
      rank(other, 'tea of ann', { context: false }).matches.find(({ id }) => id === 'a')?.score,
    ).toBeCloseTo(1 / 1.3, 9)
  })
})

describe('coverage', () => {
  test('is the share of the words of the query that a text holds, rare words counting more, unknown ones most', () => {
    const shelf = shelfOf(conversation(['green tea', 'green rain', 'snow']))
    const idf = (uses: number): number => Math.log(1 + (3 - uses + 0.5) / (uses + 0.5))
    const { matches } = rank(shelf, 'green tea zebra', { context: false })
    const all = idf(2) + idf(1) + idf(0)
    expect(matches[0]).toMatchObject({ id: 'a', coverage: expect.closeTo((idf(2) + idf(1)) / all, 9) })
    expect(matches[1]).toMatchObject({ id: 'b', coverage: expect.closeTo(idf(2) / all, 9) })
    expect(rank(shelf, 'snow').matches.find(({ id }) => id === 'b')?.coverage).toBe(0)
  })

  test('below minCoverage of every text, the query finds nothing', () => {
    const shelf = shelfOf(conversation(['green tea', 'rain']))
    const found = (minCoverage: number) => rank(shelf, 'green zebra', { minCoverage })
    expect(found(0.2)).toMatchObject({ isCovered: true, matches: [{ id: 'a' }, { id: 'b' }] })
    expect(found(0.5)).toMatchObject({ isCovered: false, matches: [] })
  })
})

describe('ids that are asked for', () => {
  test('are ranked as they would be among the matches, and are undefined where there is no such text', () => {
    const shelf = shelfOf(
      conversation(['green tea', 'black tea', 'rain', 'a', 'b', 'c', 'd', 'e', 'nothing of it']),
    )
    const { matches, ranked } = rank(shelf, 'green tea', { k: 1, ids: ['b', 'nobody', 'i', 'a'] })
    const all = rank(shelf, 'green tea', { k: 9 }).matches
    expect(matches).toHaveLength(1)
    expect(ranked).toEqual([
      all.find(({ id }) => id === 'b'),
      undefined,
      expect.objectContaining({ id: 'i', coverage: 0 }),
      matches[0],
    ])
  })
})
