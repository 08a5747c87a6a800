import { MemoryError } from '@agentmem/core'
import type { Memory, OwnScope } from '@agentmem/core'
import type { Message, SearchResult } from './mem0-shapes.ts'

/** Whether the Memory makes facts of messages: asked with no messages, one that cannot refuses and one that can does nothing. */
export async function canInfer(memory: Memory): Promise<boolean> {
  try {
    await memory.addBatch([], { infer: true })
    return true
  } catch (thrown) {
    if (MemoryError.is(thrown) && thrown.code === 'INVALID_ARGUMENT') return false
    throw thrown
  }
}

/** Stores the facts that the extractor of the Memory makes of messages, and tells of those that changed something. */
export async function addInferred(
  memory: Memory,
  messages: readonly Message[],
  options: OwnScope & {
    readonly expiresAt?: number
    readonly createdAt?: number
    readonly metadata: object
  },
): Promise<SearchResult> {
  const { results, failed } = await memory.addBatch([...messages], { ...options, infer: true })
  const [failure] = failed
  if (failure) {
    const cause = MemoryError.from(failure.error, 'The facts could not be made')
    const message = `${cause.message} The messages are stored: process() of the Memory makes their facts, do not add them again.`
    throw new MemoryError(cause.code, message, { cause })
  }
  const changed = results.filter(({ event }) => event !== 'NONE')
  return {
    results: changed.map(({ id, memory, event }) => ({
      id,
      memory,
      metadata: { event: event === 'SUPERSEDE' ? 'UPDATE' : event },
    })),
  }
}
