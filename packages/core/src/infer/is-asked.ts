import type { PendingMemory } from '../contracts/store-commit.ts'
import { isExpired } from '../parts/visibility.ts'
import type { InferSettings } from './infer-settings.ts'

/** True for a message that goes into a prompt. Others are done without one. */
export function isAsked({ record }: PendingMemory, { roles }: InferSettings, now: number): boolean {
  return !isExpired(record, now) && (record.role === null || roles.includes(record.role))
}
