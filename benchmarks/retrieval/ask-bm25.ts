import { Bm25 } from './bm25.ts'
import type { Question } from './evidence.ts'
import { deepest, deepestForSessions } from './judge.ts'
import type { Hits } from './judge.ts'
import type { ShapedMemory } from './shapes.ts'

/** Asks every question of the memories of its user, by BM25. */
export function askBm25(memories: readonly ShapedMemory[], questions: readonly Question[]): Hits[] {
  const places = Map.groupBy(memories.keys(), place => memories[place]?.turn.userId)
  const indexes = new Map(
    [...places].map(([userId, own]) => [
      userId,
      new Bm25(own.map(place => memories[place]?.turn.content ?? '')),
    ]),
  )
  return questions.map(({ question, userId }) => {
    const own = places.get(userId) ?? []
    const found = indexes.get(userId)?.search(question, deepestForSessions) ?? []
    const deep = found.map(({ place }) => own[place] as number)
    return { memories: deep.slice(0, deepest), deep }
  })
}
