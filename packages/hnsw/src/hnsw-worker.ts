import { MemoryError } from '@agentmem/core'
import { parentPort } from 'node:worker_threads'
import { IndexService } from './index-service.ts'
import type { Answer, ErrorMessage, Question, WorkerCall, WorkerCalls } from './protocol.ts'

let service: IndexService | undefined

parentPort?.on('message', (question: Question) => {
  void answer(question)
})

async function answer(question: Question): Promise<void> {
  const { seq, op } = question
  try {
    const body = await run(question)
    send({ seq, body }, buffersOf(body))
  } catch (error) {
    send({ seq, error: describe(MemoryError.from(error, `The hnsw index: ${op} failed`)) })
  }
}

type Body = WorkerCalls[WorkerCall]['gives']

async function run(question: Question): Promise<Body> {
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

/** What need not be copied to get to the other side. */
function buffersOf(body: Body): ArrayBuffer[] {
  return typeof body === 'object' && 'vectors' in body && body.vectors instanceof Float32Array
    ? [body.vectors.buffer]
    : []
}

function send(message: Answer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}

function describe({ code, message, retryable, cause }: MemoryError): ErrorMessage {
  return { code, message, retryable, cause: cause === undefined ? undefined : String(cause) }
}
