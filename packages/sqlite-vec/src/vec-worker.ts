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

parentPort?.on('message', async (question: Question) => {
  let message: Answer
  try {
    message = { seq: question.seq, body: await answer(question) }
  } catch (thrown) {
    const {
      code,
      message: text,
      retryable,
    } = sqliteError(thrown) ?? MemoryError.from(thrown, `${question.op} failed`)
    message = { seq: question.seq, error: { code, message: text, retryable, cause: thrown } }
  }
  parentPort?.postMessage(message)
})
