import { describe, expect, test } from 'vitest'
import { conversation, idsOf, rank, shelfOf, textEntry } from '../kit/text-entry.ts'

describe('what a model made of turns', () => {
  const turns = conversation([
    'Ann: I bake bread. My oven is new! Do you?',
    'Bob: no',
    'Ann: rye or wheat',
    'rain on the roof',
  ])
  const facts = [
    textEntry('x', 'I bake bread.', { place: 0, origin: 'model' }),
    textEntry('y', 'My oven is new!', { place: 0, origin: 'model' }),
    textEntry('z', 'Ann bakes rye bread on Sundays', { place: 2, origin: 'model' }),
  ]
  const queries = ['bread', 'what did Ann bake', 'new oven', 'rye', 'rain and bread', 'Bob']

  test('changes nothing for the turns', () => {
    const [plain, both] = [shelfOf(turns), shelfOf([...turns, ...facts.slice(0, 2)])]
    const ids = turns.map(({ id }) => id)
    for (const query of queries)
      expect(rank(both, query, { ids }).ranked).toEqual(rank(plain, query, { ids }).ranked)
    expect(both.neighbours('c', 2)).toEqual(plain.neighbours('c', 2))
  })

  test('ranks behind its turn where it repeats a part of it, and before it where it says more of what is asked', () => {
    const shelf = shelfOf([...turns, ...facts])
    for (const query of queries) {
      const [turn, x, y] = rank(shelf, query, { ids: ['a', 'x', 'y'] }).ranked
      expect(x?.score).toBeLessThanOrEqual(turn?.score ?? 0)
      expect(y?.score).toBeLessThanOrEqual(turn?.score ?? 0)
    }
    expect(idsOf(rank(shelf, 'rye on Sundays'))[0]).toBe('z')
  })

  test('hears what stands beside its turn, and takes who said it, its run and whether it asks from there', () => {
    const shelf = shelfOf([...turns, ...facts])
    const [turn, copy] = rank(shelf, 'Ann bread wheat', { ids: ['a', 'x'] }).ranked
    const { text: _text, ...rest } = turn?.parts ?? {}
    expect(copy?.parts).toMatchObject(rest)
    expect(rest).toMatchObject({ actor: 1, run: 1, asks: true })
    const alone = rank(shelf, 'Ann bread wheat', { ids: ['x'], context: false }).ranked[0]
    expect(copy?.coverage).toBe(alone?.coverage)
    expect(shelf.neighbours('x', 2)).toEqual({ before: ['a'], after: ['b', 'c'] })
  })

  test('counts in the statistics where hardly a text is a turn', () => {
    const inferred = Array.from({ length: 12 }, (_, n) =>
      textEntry(`f${n}`, n < 6 ? 'tea' : 'rain', { createdAt: n, origin: 'model' }),
    )
    const shelf = shelfOf([textEntry('t', 'rain', { createdAt: 99 }), ...inferred])
    expect(shelf.counted).toEqual({ texts: 13, length: 13, turnsAlone: false })
    expect(rank(shelf, 'tea').matches).toHaveLength(6)
    expect(shelfOf([...turns, ...facts]).counted).toMatchObject({ texts: 4, turnsAlone: true })
  })
})
