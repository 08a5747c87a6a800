import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Starts Node on a script of this package, which gets `task` as JSON. */
export function runScript(script: URL, task: object, stdio: StdioOptions): ChildProcess {
  // Node 22 strips types only when it is asked to, and warns that this is an experiment.
  const flags = ['--experimental-strip-types', '--no-warnings']
  return spawn(process.execPath, [...flags, fileURLToPath(script), JSON.stringify(task)], { stdio })
}
