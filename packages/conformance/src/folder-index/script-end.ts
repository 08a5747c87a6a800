import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** How a process ended. */
export interface ScriptEnd {
  /** The exit code, or the name of the signal. */
  readonly code: number | string | null
  readonly output: string
  readonly errors: string
}

/** Reads what a process writes, as far as its streams are pipes, until it has ended. */
export async function endOf(
  child: ChildProcess,
  onOutput: (output: string) => void = () => undefined,
): Promise<ScriptEnd> {
  let [output, errors] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => onOutput((output += text)))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code: signal ?? code, output, errors }
}
