import { createHash } from 'node:crypto'
import type { Scope } from '@agentmem/core'

/** The id of what somebody calls by these names. Two owners have different ids for the same names. */
export function itemId({ orgId, userId, agentId, runId }: Scope, names: readonly unknown[]): string {
  const owner = [orgId, userId ?? null, agentId ?? null, runId ?? null]
  return createHash('sha256')
    .update(JSON.stringify([owner, ...names]))
    .digest('hex')
}
