import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a process that ends without an answer has said last. */
const lastWords = 2_000

export interface Failure {
  readonly error: string
}

/**
 * Sends a task to a fresh process and returns its answer. A process that dies, says nothing or takes longer
 * than `timeoutMs` is an answer too: an error that says so. Its temporary files are removed, however it ends.
 */
export function spawnTask<Answer>(
  program: string,
  task: object,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer | Failure> {
  return new Promise(resolve => {
    const folder = mkdtempSync(join(tmpdir(), 'agentmem-cell-'))
    const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder }
    const child = fork(program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env })
    let said = ''
    const listen = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-lastWords))
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    let answer: Answer | Failure | undefined
    const kill = (reason: string): void => {
      answer ??= { error: reason }
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => kill(`No answer within ${timeoutMs / 1_000} s; stopped.`), timeoutMs)
    const onAbort = (): void => kill('Interrupted.')
    signal?.addEventListener('abort', onAbort, { once: true })
    child.on('message', message => (answer ??= message as Answer))
    child.on('error', error => kill(error.message))
    child.on('close', (code, killedBy) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
      const how = killedBy ? `by ${killedBy}` : `with code ${code}`
      resolve(answer ?? { error: `The process ended ${how} without an answer. ${said.trim()}` })
    })
    if (signal?.aborted) onAbort()
    else child.send(task)
  })
}
