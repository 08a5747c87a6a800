import { givenId } from '../contracts/stored-id.ts'
import type { InferredMemory } from '../infer-api.ts'

/** What became of a fact, as callers know it. */
export function givenFact(fact: InferredMemory): InferredMemory {
  const { id, previousId, conflicts, sources } = fact
  return {
    ...fact,
    id: givenId(id),
    sources: sources.map(givenId),
    ...(previousId !== undefined && { previousId: givenId(previousId) }),
    ...(conflicts && { conflicts: conflicts.map(givenId) }),
  }
}
