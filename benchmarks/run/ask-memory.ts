import type { Memory, SearchOptions } from '@agentmem/core'

import type { Question } from '../retrieval/evidence.ts'
import { deepest, deepestForSessions } from '../retrieval/judge.ts'
import type { Hits } from '../retrieval/judge.ts'
import { onceEach, placeOf } from './fill-memory.ts'

export interface Asked {
  /** Aligned with the questions. */
  readonly hits: readonly Hits[]
  /** Milliseconds of each search but the first ones, embedding included. */
  readonly times: readonly number[]
  /** Milliseconds of the first search of each user. */
  readonly firstTimes: readonly number[]
}

/** How questions are asked. */
export interface Asking {
  /** When a user asks. Default: now. */
  readonly timeOf?: (userId: string) => string | undefined
}

const questionsOfBatch = 100

/**
 * Asks every question of the memories of its user, one after the other, and once more for hits from further down. A
 * Memory that was just opened has read no texts: the first search of a user is timed by itself.
 */
export async function askMemory(
  memory: Memory,
  questions: readonly Question[],
  options: SearchOptions,
  { timeOf = () => undefined }: Asking = {},
): Promise<Asked> {
  const [times, firstTimes]: [number[], number[]] = [[], []]
  const users = new Set<string>()
  const nearest: number[][] = []
  for (const { question, userId } of questions) {
    const start = performance.now()
    const { results } = await memory.search(question, {
      ...options,
      now: timeOf(userId),
      userId,
      topK: deepest,
    })
    const time = performance.now() - start
    ;(users.has(userId) ? times : firstTimes).push(time)
    users.add(userId)
    nearest.push(onceEach(results.map(placeOf)))
  }
  const hits: Hits[] = []
  for (let first = 0; first < questions.length; first += questionsOfBatch) {
    const batch = questions.slice(first, first + questionsOfBatch)
    const answers = await memory.searchBatch(
      batch.map(({ question, userId }) => ({
        ...options,
        // What a reranker has put first stays first: below it the order is that of the search.
        ...(options.rerank !== undefined && { rerank: false }),
        query: question,
        now: timeOf(userId),
        userId,
        topK: deepestForSessions,
      })),
    )
    answers.forEach(({ results }, i) => {
      const memories = nearest[first + i] ?? []
      hits.push({ memories, deep: [...new Set([...memories, ...results.map(placeOf)])] })
    })
  }
  return { hits, times, firstTimes }
}
