import type { ChildProcess } from 'node:child_process'
import type { Opening } from './opening.ts'
import { runScript } from './run-script.ts'

/**
 * Starts a process that opens a Store and works on it: the `start` of `processCases`. What it writes to its standard
 * error output appears on that of this process.
 */
export function childStore(opening: Opening): ChildProcess {
  const script = new URL('./child-store-script.js', import.meta.url)
  return runScript(script, opening, ['ignore', 'inherit', 'inherit', 'ipc'])
}
