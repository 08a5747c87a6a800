import type { FollowerOptions } from '@agentmem/core'
import type { Opening } from './opening.ts'

/** What a process of `killCases` opens and writes. The function that opens returns a `LeftMemory`. */
export interface BatchWriting extends Opening {
  /** Number of the first batch, as `start` of `killCases` gets it. */
  readonly first: number
  /** As in `KilledMemory`. */
  readonly batchSize: number
  /** For the Memory that the process makes of a Store and an index. Small flushes make more moments to be killed in. */
  readonly follower?: FollowerOptions | undefined
}
