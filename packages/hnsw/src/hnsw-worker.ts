import { MemoryError, answerQuestions } from '@agentmem/core/adapter'
import type { Question } from '@agentmem/core/adapter'
import { IndexService } from './index-service.ts'
import type { WorkerCalls } from './protocol.ts'

let service: IndexService | undefined

answerQuestions<WorkerCalls>(
  async question => {
    const body = await run(question)
    return { body, transfer: buffersOf(body) }
  },
  (thrown, op) => MemoryError.from(thrown, `The hnsw index: ${op} failed`),
)

type Body = WorkerCalls[keyof WorkerCalls]['gives']

async function run(question: Question<WorkerCalls>): Promise<Body> {
  if (question.op === 'open') {
    service = await IndexService.open(question.body)
    return
  }
  if (!service) throw new MemoryError('CLOSED', 'The hnsw index is not open.')
  switch (question.op) {
    case 'apply':
      return service.apply(question.body)
    case 'search':
      return service.search(question.body)
    case 'get':
      return service.get(question.body)
    case 'cursor':
      return service.cursor()
    case 'clear':
      return service.clear()
    case 'optimize':
      return service.optimize()
    case 'stats':
      return service.stats()
    case 'close':
      return service.close()
    default:
      throw new TypeError(`There is no call ${String(question satisfies never)}.`)
  }
}

/** Buffers that are transferred with the answer, not copied. */
function buffersOf(body: Body): ArrayBuffer[] {
  return typeof body === 'object' && 'vectors' in body && body.vectors instanceof Float32Array
    ? [body.vectors.buffer]
    : []
}
