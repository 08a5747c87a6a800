// A process that writes to PostgreSQL: it gets a task, warms up, answers 'ready', and writes after 'go'.

import { once } from 'node:events'

import { HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core'
import type { LogSpan } from '@agentmem/core/adapter'
import { openPostgresStore } from '@agentmem/postgres'

import { sampleTexts } from '../../scenarios/sample-texts.ts'
import { idleIndex } from '../vector-indexes/idle-index.ts'

export interface WriterTask {
  readonly url: string
  readonly schema: string
  /** Writers in the process, each a Memory of its own over the one Store. */
  readonly writers: number
  readonly batchSize: number
  /** How long they write, after as much as it takes to warm up. */
  readonly seconds: number
  /** The number of the first sample text; those of two processes lie apart. */
  readonly firstText: number
}

export interface Failure {
  readonly message: string
  readonly deadlock: boolean
}

/** What a process has written. */
export interface Written {
  /** Milliseconds until a batch was acknowledged, without those of the warm-up. */
  readonly times: number[]
  /** The log positions that each write took, those of the warm-up included. */
  readonly spans: LogSpan[]
  /** Memories that were acknowledged, those of the warm-up included. */
  acknowledged: number
  readonly failures: Failure[]
}

const scope = { userId: 'user' }
/** Code is compiled as it is used: without this, many processes would be measured by that. */
const warmUpSeconds = 2
/** No index is filled, which would read what all the others write: what is measured is the Store. */
const follower = { flushSize: 100_000, tailLimit: 1_000_000, flushAfterMs: 3_600_000 }

if (process.send) {
  const [task] = (await once(process, 'message')) as [WriterTask]
  const store = await openPostgresStore({ url: task.url, schema: task.schema, poolSize: 10 })
  const written: Written = { times: [], spans: recordSpans(store), acknowledged: 0, failures: [] }
  const memories = await Promise.all(
    Array.from({ length: task.writers }, () => {
      const embedder = new HashEmbedder()
      const index = idleIndex(embedder.dimensions)
      return Memory.open({ store, index, embedder, follower, closeParts: false })
    }),
  )
  let nextText = task.firstText
  const writeFor = async (memory: Memory, seconds: number): Promise<number[]> => {
    const times: number[] = []
    for (const end = performance.now() + seconds * 1_000; performance.now() < end;) {
      const texts = sampleTexts(nextText, task.batchSize)
      nextText += task.batchSize
      const start = performance.now()
      try {
        await memory.addBatch(texts, scope)
        times.push(performance.now() - start)
        written.acknowledged += task.batchSize
      } catch (error) {
        written.failures.push(failureOf(error))
      }
    }
    return times
  }
  await Promise.all(memories.map(memory => writeFor(memory, warmUpSeconds)))
  const told = once(process, 'message')
  process.send('ready')
  await told
  const times = await Promise.all(memories.map(memory => writeFor(memory, task.seconds)))
  written.times.push(...times.flat())
  process.send(written)
  await Promise.all(memories.map(memory => memory.close({ flush: false })))
  await store.close()
  if (process.connected) await once(process, 'disconnect')
}

/** Keeps the span of every put from now on. */
function recordSpans(store: Store): LogSpan[] {
  const spans: LogSpan[] = []
  const put = store.put.bind(store)
  store.put = async (records, options) => {
    const receipt = await put(records, options)
    if (receipt.span) spans.push(receipt.span)
    return receipt
  }
  return spans
}

/** PostgreSQL's code of a deadlock is 40P01: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function failureOf(error: unknown): Failure {
  const [message, cause] = error instanceof Error ? [error.message, error.cause] : [String(error), undefined]
  const deadlock = cause instanceof Error && 'code' in cause && cause.code === '40P01'
  return { message, deadlock }
}
