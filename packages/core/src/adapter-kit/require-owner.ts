import { MemoryError } from '../contracts/errors.ts'
import type { Scope } from '../contracts/record.ts'

/**
 * The same memory, which is bound to a user, an agent or a run. Throws `INVALID_ARGUMENT` for one that is bound to nobody: a
 * framework that it is handed to must see the memories of one owner alone. `door` begins the message.
 */
export function requireOwner<Bound extends { readonly bound: Scope }>(memory: Bound, door: string): Bound {
  const { userId, agentId, runId } = memory.bound
  if (userId ?? agentId ?? runId) return memory
  throw new MemoryError(
    'INVALID_ARGUMENT',
    `${door} must know whose memories it is about; give it memory.scope({ userId }) of a user that the host has authenticated, or an agentId.`,
  )
}
