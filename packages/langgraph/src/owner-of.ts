import { MemoryError } from '@agentmem/core'
import type { Memory, OwnScope } from '@agentmem/core'
import { show } from '@agentmem/core/adapter'

/** Whose memories those of a namespace are. `label(0)` is its first label; one that it does not have is an error. */
export type ScopeOfNamespace = (label: (place: number) => string) => OwnScope

/**
 * The memory of a namespace's owner. Where the scope asks for a label that the namespace does not have it is refused: a
 * search by this prefix would look elsewhere than where the items below it are.
 */
export function ownerOf(
  memory: Memory,
  scope: ScopeOfNamespace | undefined,
  namespace: readonly string[],
): Memory {
  if (scope === undefined) return memory
  const label = (place: number): string => {
    const found = namespace[place]
    if (found !== undefined) return found
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `The scope of the store asks for label ${place}, which the namespace ${show(namespace)} does not have; give a longer one.`,
    )
  }
  return memory.scope(scope(label))
}

/** What a memory is bound to within its tenant. */
export function ownScope({ bound: { orgId: _tenant, ...scope } }: Memory): OwnScope {
  return scope
}
