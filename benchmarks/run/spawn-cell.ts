import { fork } from 'node:child_process'
import { join } from 'node:path'

import type { CellAnswer, CellTask } from './cell-process.ts'

const program = join(import.meta.dirname, 'cell-process.ts')
/** What a process that ends without an answer has said last. */
const lastWords = 2_000

/**
 * Runs a task in a fresh process and returns its answer. A process that dies, says nothing or takes longer than
 * `timeoutMs` is an answer too: an error that says so.
 */
export function spawnCell(task: CellTask, timeoutMs: number, signal?: AbortSignal): Promise<CellAnswer> {
  return new Promise(resolve => {
    const child = fork(program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    let said = ''
    const listen = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-lastWords))
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    let answer: CellAnswer | undefined
    const kill = (reason: string): void => {
      answer ??= { error: reason }
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => kill(`No answer within ${timeoutMs / 1_000} s; stopped.`), timeoutMs)
    const onAbort = (): void => kill('Interrupted.')
    signal?.addEventListener('abort', onAbort, { once: true })
    child.on('message', message => (answer ??= message as CellAnswer))
    child.on('error', error => kill(error.message))
    child.on('close', (code, killedBy) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      const how = killedBy ? `by ${killedBy}` : `with code ${code}`
      resolve(answer ?? { error: `The process ended ${how} without an answer. ${said.trim()}` })
    })
    child.send(task)
  })
}
