import { parentPort } from 'node:worker_threads'
import { MemoryError } from '@agentmem/core'
import { sqliteError } from '@agentmem/sqlite/parts/sqlite-error'
import type { Answer, Question } from './vec-thread.ts'
import { VecFile } from './vec-file.ts'

/** Questions that may arrive while the file is being opened wait for it. */
let opening: Promise<VecFile> | undefined

async function answer({ op, body }: Question): Promise<unknown> {
  if (op === 'open') {
    opening = VecFile.open(body)
    await opening
    return undefined
  }
  const file = await opening
  if (!file) throw new MemoryError('BACKEND', `The thread was asked to ${op} before it had a file.`)
  if (op === 'apply') return file.apply(body)
  if (op === 'search') return file.search(body)
  if (op === 'get') return file.get(body)
  return file[op]()
}

parentPort?.on('message', (question: Question) => {
  void respond(question)
})

async function respond(question: Question): Promise<void> {
  const { seq, op } = question
  let message: Answer
  try {
    message = { seq, body: await answer(question) }
  } catch (thrown) {
    const error = sqliteError(thrown) ?? MemoryError.from(thrown, `The sqlite-vec index: ${op} failed`)
    const { code, message: text, retryable } = error
    message = { seq, error: { code, message: text, retryable, cause: thrown } }
  }
  parentPort?.postMessage(message, [])
}
