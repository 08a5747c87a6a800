import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'

import type { Written, WriterTask } from './writer-process.ts'

const program = join(import.meta.dirname, 'writer-process.ts')

export interface WritersResult extends Written {
  /** Acknowledged memories a second of all writers together, from the first call to the end of the last. */
  readonly rate: number
}

/** Lets this number of processes write at the same time. */
export async function runWriters(
  processes: number,
  task: Omit<WriterTask, 'firstText'>,
): Promise<WritersResult> {
  const children = Array.from({ length: processes }, () => fork(program, { stdio: 'inherit' }))
  try {
    const ready = children.map((child, i) => {
      child.send({ ...task, firstText: i * 10_000_000 })
      return nextMessage<'ready'>(child)
    })
    await Promise.all(ready)
    const start = performance.now()
    const done = children.map(child => {
      child.send('go')
      return nextMessage<Written>(child)
    })
    const written = await Promise.all(done)
    const seconds = (performance.now() - start) / 1_000
    const times = written.flatMap(({ times }) => times)
    return {
      rate: (times.length * task.batchSize) / seconds,
      times,
      spans: written.flatMap(({ spans }) => spans),
      acknowledged: written.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
      failures: written.flatMap(({ failures }) => failures),
    }
  } catch (error) {
    for (const child of children) child.kill('SIGKILL')
    throw error
  } finally {
    for (const child of children) if (child.connected) child.disconnect()
  }
}

function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`A writer ended with code ${code} before it was done.`))
    child.once('exit', ended)
    child.once('message', message => {
      child.off('exit', ended)
      resolve(message as Message)
    })
  })
}
