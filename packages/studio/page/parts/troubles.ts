import type { MemoryStats } from '@agentmem/core'
import { count, counted } from './words.ts'

/** How many changes behind is worth a word: fewer are flushed within a second. */
const farBehind = 1_000

/** What should be looked at, in a sentence each. `parked`: how many messages were given up. */
export function troublesOf({ follower, infer, index }: MemoryStats, parked: number): string[] {
  const troubles: string[] = []
  if (follower.lastError !== undefined)
    troubles.push(`The index could not be brought up to date: ${follower.lastError}`)
  if (index.name !== 'none' && follower.tail >= farBehind)
    troubles.push(`The index is ${count(follower.tail)} changes behind. Searches see them; they take longer.`)
  if (infer.lastError !== undefined) troubles.push(`Facts could not be made: ${infer.lastError}`)
  if (parked > 0)
    troubles.push(
      `${counted(parked, 'message is', 'messages are')} parked: ${parked === 1 ? 'its' : 'their'} facts failed too often. \`memory.process({ retryParked: true })\` tries again.`,
    )
  return troubles
}
