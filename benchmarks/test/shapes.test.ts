import { describe, expect, test } from 'vitest'

import type { Turn } from '../retrieval/evidence.ts'
import { dropRuns, joinTurns, shuffleRuns, stripNames } from '../retrieval/shapes.ts'
import type { ShapedMemory } from '../retrieval/shapes.ts'

function turn(userId: string, runId: string, n: number, content = `Line ${n}.`): Turn {
  const createdAt = new Date(Date.UTC(2024, 0, 1, 0, n)).toISOString()
  return { content, userId, runId, createdAt, metadata: { diaId: `${n}` } }
}

// Five turns of one run, with a run of another user between them.
const turns = [1, 2, 3]
  .map(n => turn('ana', 'r1', n))
  .concat(
    [turn('bob', 'r1', 4)],
    [5, 6].map(n => turn('ana', 'r1', n)),
  )

const contents = (memories: readonly ShapedMemory[]): string[] => memories.map(({ turn }) => turn.content)
const held = (memories: readonly ShapedMemory[]): string[][] =>
  memories.map(({ holds }) => holds.map(({ metadata }) => metadata.diaId))

describe('turns', () => {
  test('stay as they are, one a memory', () => {
    const memories = joinTurns(turns, 'turns')
    expect(held(memories)).toEqual([['1'], ['2'], ['3'], ['5'], ['6'], ['4']])
    const { metadata: _, ...fields } = turn('ana', 'r1', 1)
    expect(memories[0]?.turn).toEqual(fields)
  })

  test('are joined with those that follow in their run, never with those of another user', () => {
    const rounds = joinTurns(turns, 'rounds')
    expect(held(rounds)).toEqual([['1', '2'], ['3', '5'], ['6'], ['4']])
    expect(contents(rounds)[0]).toBe('Line 1.\nLine 2.')
    expect(rounds[1]?.turn.createdAt).toBe('2024-01-01T00:03:00.000Z')
    expect(held(joinTurns(turns, 'fours'))).toEqual([['1', '2', '3', '5'], ['6'], ['4']])
    expect(held(joinTurns(turns, 'sessions'))).toEqual([['1', '2', '3', '5', '6'], ['4']])
  })

  test('are not joined across runs', () => {
    const two = [turn('ana', 'r1', 1), turn('ana', 'r2', 2), turn('ana', 'r1', 3)]
    expect(held(joinTurns(two, 'rounds'))).toEqual([['1', '3'], ['2']])
  })

  test('keep the actor that all of them share', () => {
    const [first, second] = [turn('ana', 'r1', 1), turn('ana', 'r1', 2)]
    const joined = (other: string) =>
      joinTurns(
        [
          { ...first, actorId: 'Ines' },
          { ...second, actorId: other },
        ] as Turn[],
        'rounds',
      )[0]?.turn
    expect(joined('Ines')).toMatchObject({ actorId: 'Ines' })
    expect(joined('Omar')).not.toHaveProperty('actorId')
  })
})

describe('shuffled runs', () => {
  const many = Array.from({ length: 40 }, (_, n) =>
    turn(n < 20 ? 'ana' : 'bob', `${n % 20 < 10}${n < 20}`, n),
  )
  const placesOf = (memories: readonly ShapedMemory[]) =>
    memories.map(({ turn: { userId, runId, createdAt } }) => [userId, runId, createdAt])

  test('have turns of the same user at the same places in another order', () => {
    const shuffled = shuffleRuns(many, 1)
    expect(placesOf(shuffled)).toEqual(placesOf(joinTurns(many, 'turns')))
    expect(contents(shuffled)).not.toEqual(many.map(({ content }) => content))
    for (const userId of ['ana', 'bob']) {
      const own = shuffled.filter(({ turn }) => turn.userId === userId)
      const before = many.filter(turn => turn.userId === userId).map(({ content }) => content)
      expect(contents(own)).not.toEqual(before)
      expect(new Set(contents(own))).toEqual(new Set(before))
    }
  })

  test('are repeated by their seed', () => {
    expect(shuffleRuns(many, 1)).toEqual(shuffleRuns(many, 1))
    expect(contents(shuffleRuns(many, 2))).not.toEqual(contents(shuffleRuns(many, 1)))
  })

  test('leave the evidence in the session that it came with', () => {
    for (const { turn, holds } of shuffleRuns(many, 1)) {
      expect(many).toContain(holds[0])
      expect(turn.content).toBe(holds[0]?.content)
    }
  })
})

describe('names before turns', () => {
  const said = (content: string, actorId?: string): Turn => ({
    ...turn('ana', 'r1', 1, content),
    ...(actorId !== undefined && { actorId }),
  })

  test.each([
    ['Ines: It rained.', 'It rained.', 'Ines'],
    ['María José Ríos: It rained.', 'It rained.', 'María José Ríos'],
    ['Ms. O’Hara-Lee: It rained.', 'Ms. O’Hara-Lee: It rained.', undefined],
    ["Ms. O'Hara-Lee: It rained.", 'It rained.', "Ms. O'Hara-Lee"],
    ['Note to self: it rained.', 'Note to self: it rained.', undefined],
    ['A Name Of Four Words: it rained.', 'A Name Of Four Words: it rained.', undefined],
    [`${'N'.repeat(31)}: it rained.`, `${'N'.repeat(31)}: it rained.`, undefined],
    ['It rained at 10:30.', 'It rained at 10:30.', undefined],
    ['Ines:', 'Ines:', 'Ines'],
  ])('%s', (content, stripped, actorId) => {
    const [kept] = stripNames([said(content)], 'kept')
    expect(kept?.turn.content).toBe(stripped)
    expect(kept?.turn.actorId).toBe(actorId)
    const [lost] = stripNames([said(content)], 'lost')
    expect(lost?.turn.content).toBe(stripped)
    expect(lost?.turn).not.toHaveProperty('actorId')
  })

  test('do not replace an actor that the turn has', () => {
    expect(stripNames([said('Ines: It rained.', 'ines-7')], 'kept')[0]?.turn.actorId).toBe('ines-7')
    expect(stripNames([said('Ines: It rained.', 'ines-7')], 'lost')[0]?.turn).not.toHaveProperty('actorId')
  })
})

test('turns without runs keep everything else', () => {
  const [first] = dropRuns(turns)
  const { metadata: _, runId: __, ...fields } = turn('ana', 'r1', 1)
  expect(first?.turn).toEqual(fields)
  expect(first?.holds[0]?.runId).toBe('r1')
})
