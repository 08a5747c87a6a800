import { Random } from '@agentmem/conformance'

import type { Turn } from './evidence.ts'

/** A memory as it is stored, and the turns that it holds. */
export interface ShapedMemory {
  readonly turn: Omit<Turn, 'metadata'>
  readonly holds: readonly Turn[]
}

/** How many turns of a run make a memory, in their order; the last memory of a run may have fewer. */
const sizes = { turns: 1, rounds: 2, fours: 4, sessions: Infinity } as const

export type ShapeSize = keyof typeof sizes
export const shapeSizes: readonly string[] = Object.keys(sizes)

/** Joins turns that follow one another in a run, a line each. What the turns do not share, such as `actorId`, is left out. */
export function joinTurns(turns: readonly Turn[], as: ShapeSize): ShapedMemory[] {
  const runs = Map.groupBy(turns, ({ userId, runId }) => JSON.stringify([userId, runId]))
  return [...runs.values()].flatMap(run => {
    const size = Math.min(sizes[as], run.length)
    return Array.from({ length: Math.ceil(run.length / size) }, (_, i) =>
      join(run.slice(i * size, (i + 1) * size)),
    )
  })
}

function join(holds: readonly Turn[]): ShapedMemory {
  const [first, ...others] = holds
  if (!first) throw new RangeError('A memory holds one turn at least.')
  const { metadata: _, ...fields } = first
  if (others.length === 0) return { turn: fields, holds }
  const content = holds.map(turn => turn.content).join('\n')
  const { userId, runId, createdAt } = first
  const actorId = others.every(turn => turn.actorId === first.actorId) ? first.actorId : undefined
  return {
    turn: {
      userId,
      content,
      ...(runId !== undefined && { runId }),
      ...(createdAt !== undefined && { createdAt }),
      ...(actorId !== undefined && { actorId }),
    },
    holds,
  }
}

/**
 * One turn a memory, each at the place of another turn of its user: in that run, at that time. What stands beside a
 * turn says nothing then. The same seed deals them alike.
 */
export function shuffleRuns(turns: readonly Turn[], seed: number): ShapedMemory[] {
  const random = new Random(seed)
  return [...Map.groupBy(turns, ({ userId }) => userId).values()].flatMap(own => {
    const places = joinTurns(own, 'turns').map(({ turn }) => turn)
    return random.shuffle(own).map((turn, i) => {
      const { metadata: _, ...fields } = turn
      const createdAt = places[i]?.createdAt
      const moved = withRun({ ...fields, ...(createdAt !== undefined && { createdAt }) }, places[i]?.runId)
      return { turn: moved, holds: [turn] }
    })
  })
}

/** One turn a memory, without its run: what belongs together is to be told from the times alone. */
export function dropRuns(turns: readonly Turn[]): ShapedMemory[] {
  return joinTurns(turns, 'turns').map(memory => ({ ...memory, turn: withRun(memory.turn, undefined) }))
}

/** A name of at most three words, with a capital each, and 30 characters, before a colon. */
const leadingName = /^(?=.{1,30}:)(\p{Lu}[\p{L}'.-]*(?: \p{Lu}[\p{L}'.-]*){0,2}): */u

/** One turn a memory, without the `Name:` before it, which becomes its `actorId` or is lost. */
export function stripNames(turns: readonly Turn[], actors: 'kept' | 'lost'): ShapedMemory[] {
  return joinTurns(turns, 'turns').map(({ turn: { actorId, ...turn }, holds }) => {
    const name = leadingName.exec(turn.content)
    const content = name ? turn.content.slice(name[0].length) : turn.content
    const actor = actorId ?? name?.[1]
    const known = actors === 'kept' && actor !== undefined
    return { turn: { ...turn, content: content || turn.content, ...(known && { actorId: actor }) }, holds }
  })
}

function withRun(turn: ShapedMemory['turn'], runId: string | undefined): ShapedMemory['turn'] {
  const { runId: _, ...rest } = turn
  return runId === undefined ? rest : { ...rest, runId }
}

const shuffleSeed = 1

/** The ways to store turns, by the name that stands in a report. */
export const shapes: Readonly<Record<string, (turns: readonly Turn[]) => ShapedMemory[]>> = {
  turns: turns => joinTurns(turns, 'turns'),
  rounds: turns => joinTurns(turns, 'rounds'),
  fours: turns => joinTurns(turns, 'fours'),
  sessions: turns => joinTurns(turns, 'sessions'),
  'shuffled runs': turns => shuffleRuns(turns, shuffleSeed),
  'names as actors': turns => stripNames(turns, 'kept'),
  'no names': turns => stripNames(turns, 'lost'),
  'no runs': dropRuns,
}
