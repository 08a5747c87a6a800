import { MemoryError, answerQuestions } from '@agentmem/core/adapter'
import type { Question } from '@agentmem/core/adapter'
import { sqliteError } from '@agentmem/sqlite/file'
import type { VecCalls } from './vec-thread.ts'
import { VecFile } from './vec-file.ts'

/** Questions that may arrive while the file is being opened wait for it. */
let opening: Promise<VecFile> | undefined

answerQuestions<VecCalls>(
  async question => ({ body: await run(question) }),
  (thrown, op) => sqliteError(thrown) ?? MemoryError.from(thrown, `The sqlite-vec index: ${op} failed`),
)

async function run({ op, body }: Question<VecCalls>): Promise<unknown> {
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
