import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { UsageError } from '../../run/command-options.ts'

/**
 * Keeps a folder for this process: two that work in one would pay for the same answers. A process that was killed holds it no
 * longer. Throws `UsageError` where another one does.
 */
export function holdFolder(folder: string): Disposable {
  const file = join(folder, 'process.pid')
  if (!wasWritten(file)) {
    const pid = readFileSync(file, 'utf8')
    if (isAlive(Number(pid))) {
      throw new UsageError(
        `The process ${pid} works in ${folder}. Wait for its end; remove ${file} if it is another program.`,
      )
    }
    rmSync(file)
    if (!wasWritten(file)) throw new UsageError(`Another process has just begun to work in ${folder}.`)
  }
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}

/** False where the file is there already. */
function wasWritten(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  // A file that was cut off names no process.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
