import type { Question, Turn } from './evidence.ts'
import type { ShapedMemory } from './shapes.ts'

/** The hits of one question, best first, as places in the list of memories. */
export interface Hits {
  /** At least the first 20, where there are as many. */
  readonly memories: readonly number[]
  /** Further down: deep enough that ten sessions are among them. */
  readonly deep: readonly number[]
}

/** What a search is asked for. */
export const deepest = 20
/** What it is asked for in order to rank sessions. */
export const deepestForSessions = 200

/** The figures of one question, each 0 to 1. */
export const measures = [
  'R@1',
  'R@5',
  'R@10',
  'R@20',
  'MRR',
  'any@10',
  'any@20',
  'session any@1',
  'session any@5',
  'session any@10',
  'session R@10',
] as const
export type Measure = (typeof measures)[number]
export type Scores = Readonly<Record<Measure, number>>

/** Knows which memories hold the evidence of a question, and of which sessions they are. */
export class Judge {
  readonly #memories: readonly ShapedMemory[]
  /** The place of the memory that holds a turn, and the turn. */
  readonly #places = new Map<string, { readonly place: number; readonly turn: Turn }>()

  constructor(memories: readonly ShapedMemory[]) {
    this.#memories = memories
    memories.forEach(({ holds }, place) => {
      for (const turn of holds) this.#places.set(keyOf(turn.userId, turn.metadata.diaId), { place, turn })
    })
  }

  /**
   * Recall at a depth is the share of the memories with evidence that stand among the first hits, `any` whether one
   * does. MRR is the reciprocal rank of the first one within 20, else 0. A session, the `runId` that the evidence
   * came with, ranks by its best memory. Throws for evidence that no memory holds.
   */
  judge({ userId, evidence }: Question, { memories, deep }: Hits): Scores {
    const found = evidence.map(diaId => {
      const known = this.#places.get(keyOf(userId, diaId))
      if (!known) throw new Error(`The evidence ${diaId} of ${userId} is in none of the memories.`)
      return known
    })
    const wanted = new Set(found.map(({ place }) => place))
    const sessions = new Set(found.map(({ turn }) => turn.runId))
    const ranked = [...new Set(deep.flatMap(place => this.#sessionsOf(place)))]
    const first = memories.slice(0, deepest).findIndex(place => wanted.has(place))
    return {
      'R@1': recall(wanted, memories, 1),
      'R@5': recall(wanted, memories, 5),
      'R@10': recall(wanted, memories, 10),
      'R@20': recall(wanted, memories, 20),
      MRR: first < 0 ? 0 : 1 / (first + 1),
      'any@10': any(wanted, memories, 10),
      'any@20': any(wanted, memories, 20),
      'session any@1': any(sessions, ranked, 1),
      'session any@5': any(sessions, ranked, 5),
      'session any@10': any(sessions, ranked, 10),
      'session R@10': recall(sessions, ranked, 10),
    }
  }

  #sessionsOf(place: number): (string | undefined)[] {
    return (this.#memories[place]?.holds ?? []).map(({ runId }) => runId)
  }
}

function recall<T>(wanted: ReadonlySet<T>, ranked: readonly T[], depth: number): number {
  return ranked.slice(0, depth).filter(item => wanted.has(item)).length / wanted.size
}

function any<T>(wanted: ReadonlySet<T>, ranked: readonly T[], depth: number): number {
  return ranked.slice(0, depth).some(item => wanted.has(item)) ? 1 : 0
}

function keyOf(userId: string, diaId: string): string {
  return JSON.stringify([userId, diaId])
}
