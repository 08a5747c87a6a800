import type { ChildProcess } from 'node:child_process'
import type { FollowerOptions } from '@agentmem/core'
import type { Opening } from './opening.ts'
import { runScript } from './run-script.ts'

/** What a process of `killCases` opens and writes. The function that opens returns a `LeftMemory`. */
export interface BatchWriting extends Opening {
  /** Number of the first batch, as `start` of `killCases` gets it. */
  readonly first: number
  /** As in `KilledMemory`. */
  readonly batchSize: number
  /** For the Memory that the process makes of a Store and an index. Small flushes make more moments to be killed in. */
  readonly follower?: FollowerOptions | undefined
}

/**
 * Starts a process that opens a memory, with a HashEmbedder where it gets a Store and an index, and writes numbered
 * batches until it is killed: the `start` of `killCases`. What it writes to its standard error output appears on that
 * of this process.
 */
export function writeBatches(writing: BatchWriting): ChildProcess {
  const script = new URL('./write-batches-script.js', import.meta.url)
  return runScript(script, writing, ['ignore', 'pipe', 'inherit'])
}
