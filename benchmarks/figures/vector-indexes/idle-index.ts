import { ExactIndex } from '@agentmem/core'
import type { VectorIndex } from '@agentmem/core'

/** An index that keeps nothing but its place in the log: what adds cost without one. */
export function idleIndex(dimensions: number): VectorIndex {
  const index = new ExactIndex(dimensions)
  let cursor = 0
  index.apply = async batch => {
    cursor = batch.cursor
  }
  index.cursor = async () => cursor
  return index
}
