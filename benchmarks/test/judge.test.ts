import { describe, expect, test } from 'vitest'

import { Judge } from '../retrieval/judge.ts'
import { joinTurns } from '../retrieval/shapes.ts'
import { meanOf, pairedDifference, summarizeScores } from '../retrieval/summarize-scores.ts'

/** 40 turns of one user in 10 runs of 4: turn n is of run n / 4. */
const turns = Array.from({ length: 40 }, (_, n) => ({
  content: `Turn ${n}.`,
  userId: 'ana',
  runId: `run ${Math.floor(n / 4)}`,
  metadata: { diaId: `t${n}` },
}))
const question = { question: 'Which?', userId: 'ana' }
const judge = new Judge(joinTurns(turns, 'turns'))
const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i)

describe('the figures of a question', () => {
  test('are shares of its evidence, and the rank of the first', () => {
    // Of four turns with evidence one stands second, one sixth, one twelfth, and one is not found.
    const memories = [9, 20, 8, 10, 11, 21, 1, 2, 3, 4, 5, 22, 6, 7]
    const scores = judge.judge(
      { ...question, evidence: ['t20', 't21', 't22', 't39'] },
      { memories, deep: memories },
    )
    expect(scores).toMatchObject({
      'R@1': 0,
      'R@5': 0.25,
      'R@10': 0.5,
      'R@20': 0.75,
      MRR: 0.5,
      'any@10': 1,
      'any@20': 1,
    })
  })

  test('are of the first 20 hits alone', () => {
    const scores = judge.judge({ ...question, evidence: ['t20'] }, { memories: upTo(21), deep: upTo(21) })
    expect(scores).toMatchObject({ 'R@20': 0, MRR: 0, 'any@20': 0 })
    const last = judge.judge({ ...question, evidence: ['t19'] }, { memories: upTo(20), deep: upTo(20) })
    expect(last).toMatchObject({ 'R@10': 0, 'R@20': 1, MRR: 0.05, 'any@10': 0, 'any@20': 1 })
  })

  test('rank a session by its best hit', () => {
    // The sessions, in order: 2, 0, 5, 1. Evidence is of 5 and of 9.
    const deep = [8, 9, 10, 0, 11, 20, 1, 4]
    const scores = judge.judge({ ...question, evidence: ['t23', 't36'] }, { memories: deep, deep })
    expect(scores).toMatchObject({
      'session any@1': 0,
      'session any@5': 1,
      'session any@10': 1,
      'session R@10': 0.5,
      MRR: 0,
    })
  })

  test.each([
    ['R@1', 1],
    ['R@5', 5],
    ['R@10', 10],
    ['R@20', 20],
    ['any@10', 10],
    ['any@20', 20],
    ['session any@1', 1],
    ['session any@5', 5],
    ['session any@10', 10],
    ['session R@10', 10],
  ] as const)('%s has the hit at that rank, and not the next one', (measure, depth) => {
    // One turn of each of 30 runs, so that a hit and its session have the same rank.
    const apart = new Judge(
      joinTurns(
        turns.slice(0, 30).map((turn, n) => ({ ...turn, runId: `run ${n}` })),
        'turns',
      ),
    )
    const hits = { memories: upTo(30), deep: upTo(30) }
    expect(apart.judge({ ...question, evidence: [`t${depth - 1}`] }, hits)[measure]).toBe(1)
    expect(apart.judge({ ...question, evidence: [`t${depth}`] }, hits)[measure]).toBe(0)
  })

  test('count sessions beyond the first 20 hits', () => {
    const scores = judge.judge({ ...question, evidence: ['t38'] }, { memories: upTo(20), deep: upTo(40) })
    expect(scores).toMatchObject({ 'session any@5': 0, 'session any@10': 1, 'session R@10': 1 })
  })

  test('count a memory once that holds several turns with evidence', () => {
    const fours = new Judge(joinTurns(turns, 'fours'))
    const asked = { ...question, evidence: ['t4', 't5', 't39'] }
    expect(fours.judge(asked, { memories: [1, 0], deep: [1, 0] })).toMatchObject({ 'R@1': 0.5, MRR: 1 })
  })

  test('are refused for evidence that nothing holds, of another user too', () => {
    const hits = { memories: [], deep: [] }
    expect(() => judge.judge({ ...question, evidence: ['t99'] }, hits)).toThrow('The evidence t99 of ana')
    expect(() => judge.judge({ ...question, userId: 'bob', evidence: ['t1'] }, hits)).toThrow('t1 of bob')
  })
})

describe('the figures of all questions', () => {
  test('are means with their standard errors', () => {
    // Deviations of 1/2 each: variance 4 · 1/4 / 3 = 1/3, over 4 questions 1/12.
    expect(meanOf([0, 1, 0, 1])).toEqual({ mean: 0.5, error: Math.sqrt(1 / 12) })
    expect(meanOf([1])).toEqual({ mean: 1, error: 0 })
  })

  test('stand for each category as well, and for none where the questions name none', () => {
    const asked = [
      { ...question, evidence: ['t0'], category: 2 },
      { ...question, evidence: ['t1'], category: 'list' },
      { ...question, evidence: ['t2'], category: 2 },
      { ...question, evidence: ['t3'] },
    ]
    const hits = { memories: [0, 1], deep: [0, 1] }
    const scores = asked.map(one => judge.judge(one, hits))
    const { scores: all, categories } = summarizeScores(asked, scores)
    expect(all['R@1']?.mean).toBe(0.25)
    expect(all['MRR']?.mean).toBe(0.375)
    expect(categories.map(({ name, questions, scores }) => [name, questions, scores['R@5']?.mean])).toEqual([
      ['2', 2, 0.5],
      ['list', 1, 1],
    ])
    expect(summarizeScores(asked.slice(3), scores.slice(3)).categories).toEqual([])
  })

  test('differ by what differs from question to question, not by how hard the questions are', () => {
    const hard = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0 : 0.8))
    const better = hard.map(value => value + 0.1)
    const { mean, low, high } = pairedDifference(better, hard)
    for (const value of [mean, low, high]) expect(value).toBeCloseTo(0.1, 10)
  })

  test('have an interval about the difference that a seed repeats', () => {
    // One question in four gains 1: the mean is 0.25, its standard error √(0.25 · 0.75 / 400) ≈ 0.0217.
    const before = Array.from({ length: 400 }, () => 0)
    const after = before.map((_, i) => (i % 4 === 0 ? 1 : 0))
    const { mean, low, high } = pairedDifference(after, before)
    expect(mean).toBe(0.25)
    expect(low).toBeCloseTo(0.25 - 1.96 * 0.0217, 2)
    expect(high).toBeCloseTo(0.25 + 1.96 * 0.0217, 2)
    expect(pairedDifference(after, before)).toEqual({ mean, low, high })
  })
})
