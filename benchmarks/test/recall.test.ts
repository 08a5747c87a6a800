import { Memory } from '@agentmem/core'
import { afterEach, describe, expect, test, vi } from 'vitest'

import type { RecallRow } from '../measured/recall-report.ts'
import { measureRetrieval } from '../run/measure-retrieval.ts'
import type { RetrievalPlan } from '../run/measure-retrieval.ts'

function said(userId: string, n: number, content: string) {
  const createdAt = new Date(Date.UTC(2024, 2, Math.ceil(n / 3), 10, n)).toISOString()
  return { content, userId, runId: `day ${Math.ceil(n / 3)}`, createdAt, metadata: { diaId: `t${n}` } }
}

const turns = [
  said('ines', 1, 'Ines: The kite tore on the dunes.'),
  said('ines', 2, 'Omar: Was the wind that strong?'),
  said('ines', 3, 'Ines: It took my hat as well.'),
  said('ines', 4, 'Omar: Grandmother sold the vineyard.'),
  said('ines', 5, 'Ines: To the neighbours from Porto?'),
  said('ines', 6, 'Omar: Yes, for the price of a boat.'),
  said('lea', 1, 'Lea: The bakery closes at noon.'),
  said('lea', 2, 'Tom: Then we eat cake on the train.'),
]
const questions = [
  { question: 'What tore on the dunes?', userId: 'ines', evidence: ['t1'], category: 'things' },
  { question: 'Who sold the vineyard?', userId: 'ines', evidence: ['t4', 't6'], category: 'people' },
  { question: 'When does the bakery close?', userId: 'lea', evidence: ['t1'], category: 'things' },
]
const combination = { store: 'memory', index: 'exact', embedder: 'hash' }
const plan: RetrievalPlan = {
  combinations: [combination],
  rerankers: [],
  modes: ['text'],
  shapes: ['turns'],
  ablate: false,
  rank: false,
  facts: false,
}
const measure = (more: Partial<RetrievalPlan>): Promise<RecallRow[]> =>
  measureRetrieval({ ...plan, ...more }, turns, questions, {})

afterEach(() => vi.restoreAllMocks())

describe('bench:recall', () => {
  test('has a row for each mode and shape, with BM25 behind each shape', async () => {
    const rows = await measure({ modes: ['text', 'vector', 'hybrid'], shapes: ['turns', 'sessions'] })
    expect(rows.map(({ shape, mode }) => `${shape} ${mode}`)).toEqual([
      'turns text',
      'turns vector',
      'turns hybrid',
      'turns BM25',
      'sessions text',
      'sessions vector',
      'sessions hybrid',
      'sessions BM25',
    ])
  })

  test('finds what shares its words, and times what comes after the first search of each user', async () => {
    const [text, bm25] = await measure({})
    // One of two turns with evidence can be first: (1 + 1/2 + 1) / 3.
    expect(text?.scores['R@1']?.mean).toBeCloseTo(5 / 6, 10)
    expect(text?.scores).toMatchObject({ MRR: { mean: 1 }, 'session any@1': { mean: 1 } })
    expect(text?.categories.map(({ name, questions }) => [name, questions])).toEqual([
      ['people', 1],
      ['things', 2],
    ])
    expect(text?.combination).toEqual(combination)
    expect(text?.latency?.n).toBe(1)
    expect(text?.firstSearch).toBeGreaterThan(0)
    expect(bm25?.scores['MRR']?.mean).toBe(1)
    expect(bm25).not.toHaveProperty('latency')
  })

  test('asks in the mode of the row, for as many as it says', async () => {
    const search = vi.spyOn(Memory.prototype, 'search')
    await measure({ modes: ['vector'] })
    // Once to warm up, once to be timed.
    const asked = questions.map(({ question }) => question)
    expect(search.mock.calls.map(([query]) => query)).toEqual([...asked, ...asked])
    expect(search).toHaveBeenCalledWith('What tore on the dunes?', {
      userId: 'ines',
      mode: 'vector',
      topK: 20,
    })
  })

  test('varies the ranking of the first shape, and pairs each variation with the ranking as it is', async () => {
    const rows = await measure({ ablate: true, modes: ['text', 'vector'], shapes: ['turns', 'rounds'] })
    const varied = rows.filter(({ variation }) => variation !== undefined)
    expect(new Set(varied.map(({ shape, mode }) => `${shape} ${mode}`))).toEqual(new Set(['turns text']))
    expect(varied.map(({ variation }) => variation)).toEqual([
      'without context',
      'without neighbours',
      'without answers',
      'without actor',
      'without date',
      'without run',
      'without questions down',
      'without similar words',
      'words alone',
      '+ neighbours',
      '+ answers',
      '+ actor',
      '+ date',
      '+ run',
      '+ questions down',
    ])
    const whole = rows[0]?.scores['R@10']?.mean ?? Number.NaN
    for (const { difference, scores } of varied) {
      expect(difference?.mean).toBeCloseTo((scores['R@10']?.mean ?? Number.NaN) - whole, 10)
    }
  })

  test('ranks what is new before what is old, at the time of the last turn of each user', async () => {
    const search = vi.spyOn(Memory.prototype, 'search')
    const rows = await measure({ rank: true })
    expect(rows.map(({ variation }) => variation).slice(1, 3)).toEqual([
      'asked at the end',
      'recency 0.1, 30 days',
    ])
    const asked = search.mock.calls.filter(([query]) => query === questions[0]?.question)
    const ends = turns.filter(({ userId }) => userId === 'ines').map(({ createdAt }) => createdAt)
    const end = ends.toSorted().at(-1)
    const [, plain, atEnd, ranked] = asked.map(([, options]) => [options?.now, options?.rank])
    expect([plain, atEnd, ranked]).toEqual([
      [undefined, undefined],
      [end, undefined],
      [end, { recency: { weight: 0.1, halfLifeDays: 30 } }],
    ])
    expect(rows[1]?.difference).toMatchObject({ mean: 0 })
  })

  test('puts facts beside the turns, and a fact finds the turn that says it, once', async () => {
    const rows = await measure({ facts: true, modes: ['text', 'vector'] })
    expect(rows.map(({ mode, variation }) => [mode, variation])).toEqual([
      ['text', undefined],
      ['vector', undefined],
      ['text', 'with facts'],
      ['text', 'with facts, each a hit'],
      ['text', 'facts alone'],
      ['vector', 'with facts'],
      ['vector', 'with facts, each a hit'],
      ['vector', 'facts alone'],
      ...['text', 'vector'].flatMap(mode => [
        [mode, 'with facts in no run'],
        [mode, 'with facts in no run, each a hit'],
        [mode, 'facts in no run alone'],
      ]),
      ['BM25', undefined],
    ])
    for (const { scores } of rows) {
      // A turn that was counted twice would pass 1.
      expect(scores['R@10']?.mean).toBeGreaterThan(0.8)
      expect(scores['R@10']?.mean).toBeLessThanOrEqual(1)
    }
    const [plain, ...others] = rows.filter(({ mode }) => mode === 'text')
    const beside = others.filter(({ variation }) => /^with facts( in no run)?$/u.test(variation ?? ''))
    expect(beside).toHaveLength(2)
    for (const { scores } of beside) expect(scores['R@10']).toEqual(plain?.scores['R@10'])
  })

  test('asks without context as well where the places of turns say nothing', async () => {
    const rows = await measure({ shapes: ['shuffled runs'], modes: ['text', 'vector'] })
    expect(rows.map(({ mode, variation }) => [mode, variation])).toEqual([
      ['text', undefined],
      ['text', 'without context'],
      ['vector', undefined],
      ['BM25', undefined],
    ])
  })

  test('gives each variation the weights that its name says', async () => {
    const search = vi.spyOn(Memory.prototype, 'search')
    await measure({ ablate: true })
    const asked = search.mock.calls
      .filter(([query]) => query === questions[0]?.question)
      .map(([, options]) => ({ ...options?.weights, ...(options?.context === false && { context: false }) }))
    const warmUp = {}
    expect(asked).toEqual([
      warmUp,
      {},
      { context: false },
      { near: 0 },
      { answer: 1 },
      { actor: 0 },
      { date: 0 },
      { run: 0 },
      { asks: 0 },
      {},
      { near: 0, answer: 1, actor: 0, date: 0, run: 0, asks: 0 },
      { answer: 1, actor: 0, date: 0, run: 0, asks: 0 },
      { actor: 0, date: 0, run: 0, asks: 0 },
      { date: 0, run: 0, asks: 0 },
      { run: 0, asks: 0 },
      { asks: 0 },
      {},
    ])
  })

  test('stores turns without names, and names as actors', async () => {
    const importFrom = vi.spyOn(Memory.prototype, 'importFrom')
    const stored: unknown[] = []
    const { readFile } = await import('node:fs/promises')
    importFrom.mockImplementation(async file => {
      const lines = (await readFile(file as string, 'utf8')).trim().split('\n')
      stored.push(JSON.parse(lines[0] ?? ''))
      return { imported: lines.length, skipped: 0 }
    })
    await measure({ shapes: ['names as actors', 'no names', 'no runs'] })
    const { metadata: _, runId, ...turn } = said('ines', 1, 'The kite tore on the dunes.')
    const metadata = { place: 0 }
    const shapes = [
      { ...turn, runId, actorId: 'Ines', metadata },
      { ...turn, runId, metadata },
      { ...turn, content: 'Ines: The kite tore on the dunes.', metadata },
    ]
    expect(stored.filter((_, i) => i % 2 === 0)).toEqual(shapes)
  })
})
