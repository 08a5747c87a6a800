import type { ChildProcess } from 'node:child_process'
import type { InferWriting } from './infer-writing.ts'
import { runScript } from './run-script.ts'

/**
 * Starts a process that opens a Store as a Memory, stores messages and makes facts of them, in the background and in its calls,
 * until it is killed: the `start` of `inferKillCases`.
 */
export function inferUntilKilled(writing: InferWriting): ChildProcess {
  const script = new URL('./infer-until-killed-script.js', import.meta.url)
  return runScript(script, writing, ['ignore', 'pipe', 'inherit'])
}
