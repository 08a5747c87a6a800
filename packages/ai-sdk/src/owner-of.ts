import { MemoryError } from '@agentmem/core'
import type { Memory, Scope } from '@agentmem/core'

/** Whose memories, within the tenant of a Memory. */
export type OwnScope = Omit<Scope, 'orgId'>

/** The memory of a scope inside what a Memory is bound to. Refuses one that is bound to nobody, and a scope that would widen it. */
export function ownerOf(memory: Memory, scope: OwnScope | undefined, door: string): Memory {
  const owner = scope === undefined ? memory : memory.scope(scope)
  const { userId, agentId, runId } = owner.bound
  if (userId ?? agentId ?? runId) return owner
  throw new MemoryError(
    'INVALID_ARGUMENT',
    `${door} must know whose memories it is about; give it memory.scope({ userId }), of the user that the host has authenticated.`,
  )
}
