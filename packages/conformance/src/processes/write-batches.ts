import type { ChildProcess } from 'node:child_process'
import type { BatchWriting } from './batch-writing.ts'
import { runScript } from './run-script.ts'

/**
 * Starts a process that opens a memory, with a HashEmbedder where it gets a Store and an index, and writes numbered
 * batches until it is killed: the `start` of `killCases`. What it writes to its standard error output appears on that
 * of this process.
 */
export function writeBatches(writing: BatchWriting): ChildProcess {
  const script = new URL('./write-batches-script.js', import.meta.url)
  return runScript(script, writing, ['ignore', 'pipe', 'inherit'])
}
