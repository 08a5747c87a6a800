import { MemoryError } from '../contracts/errors.ts'
import type { IndexCalls, IndexInThread } from './threaded-index.ts'
import { answerQuestions } from './worker-thread.ts'
import type { Question } from './worker-thread.ts'

/** The other side of a `ThreadedIndex`, in the thread: opens the index when it is asked to, then answers for it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the settings have travelled: their type is the caller's word
export function serveIndex<Settings>(
  name: string,
  open: (settings: Settings) => Promise<IndexInThread>,
): void {
  let index: IndexInThread | undefined

  async function run(question: Question<IndexCalls<Settings>>): Promise<Body> {
    if (question.op === 'open') {
      index = await open(question.body)
      return
    }
    if (!index) throw new MemoryError('CLOSED', `The ${name} index is not open.`)
    switch (question.op) {
      case 'apply':
        return index.apply(question.body)
      case 'search':
        return index.search(question.body)
      case 'get':
        return index.get(question.body)
      case 'cursor':
        return index.cursor()
      case 'slot':
        return index.slot()
      case 'clear':
        return index.clear()
      case 'optimize':
        return index.optimize()
      case 'stats':
        return index.stats()
      case 'close':
        return index.close()
      default:
        throw new TypeError(`There is no call ${String(question satisfies never)}.`)
    }
  }

  answerQuestions<IndexCalls<Settings>>(
    async question => {
      const body = await run(question)
      return { body, transfer: buffersOf(body) }
    },
    (thrown, op) => MemoryError.from(thrown, `The ${name} index: ${op} failed`),
  )
}

type Body = IndexCalls<unknown>[keyof IndexCalls<unknown>]['gives']

/** Buffers that are transferred with the answer, not copied. */
function buffersOf(body: Body): ArrayBuffer[] {
  return typeof body === 'object' && 'vectors' in body && body.vectors instanceof Float32Array
    ? [body.vectors.buffer]
    : []
}
