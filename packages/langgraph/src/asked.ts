import { MemoryError } from '@agentmem/core'
import type { Memory } from '@agentmem/core'
import { show } from '@agentmem/core/adapter'
import { itemId } from './item-id.ts'

/** An operation, the memory of its owner, and what takes its result. */
export interface Asked<Op> {
  readonly op: Op
  readonly memory: Memory
  readonly answer: (result: unknown) => void
}

/** The id of the item that an operation names. */
export function idOf({ op, memory }: Asked<{ readonly namespace: string[]; readonly key: string }>): string {
  const { namespace, key } = op
  if (typeof key === 'string') return itemId(memory.bound, [namespace, key])
  throw new MemoryError('INVALID_ARGUMENT', `A key must be a string, not ${show(key)}.`)
}

/** Calls once for each owner. */
export async function byOwner<Op>(
  asked: readonly Asked<Op>[],
  call: (memory: Memory, of: readonly Asked<Op>[]) => Promise<unknown>,
): Promise<void> {
  const groups = Map.groupBy(asked, ({ memory }) => JSON.stringify(memory.bound))
  await Promise.all([...groups.values()].map(async of => of[0] && call(of[0].memory, of)))
}
