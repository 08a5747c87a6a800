import { answerQuestions, MemoryError, nativeCall, syncFacts } from '@agentmem/core/adapter'
import type { Question } from '@agentmem/core/adapter'
import { readSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { emptyGraph } from './empty-graph.ts'
import type { BuilderCalls, GraphTask } from './graph-builder.ts'
import { loadUsearch } from './load-usearch.ts'

/** Vectors added in one native call: some milliseconds, for which a process that exits has to wait. */
const sliceRows = 256
/** Vectors that one thread adds, before others help. */
const firstRows = 2_048

let isStopped = false

answerQuestions<BuilderCalls>(
  async question => ({ body: await run(question) }),
  (thrown, op) => MemoryError.from(thrown, `The graph of the usearch index: ${op} failed`),
)

async function run(question: Question<BuilderCalls>): Promise<BuilderCalls['build']['gives']> {
  if (question.op === 'build') return build(question.body)
  isStopped ||= question.op === 'stop'
  return undefined
}

async function build({
  fd,
  rows,
  crc32: expected,
  dimensions,
  file,
  threads,
}: GraphTask): Promise<BuilderCalls['build']['gives']> {
  const index = emptyGraph(await loadUsearch(), dimensions)
  let sum = 0
  for (let from = 0; from < rows; from += sliceRows) {
    if (isStopped) return undefined
    const vectors = new Float32Array(Math.min(sliceRows, rows - from) * dimensions)
    const bytes = new Uint8Array(vectors.buffer)
    readFully(fd, bytes, from * dimensions * 4)
    sum = crc32(bytes, sum)
    const keys = BigUint64Array.from({ length: vectors.length / dimensions }, (_, i) => BigInt(from + i))
    // Threads that add to an empty graph at once leave vectors in it that no way leads to.
    const addingThreads = from < firstRows ? 1 : threads
    nativeCall(() => index.add(keys, vectors, addingThreads))
    await setImmediate()
  }
  if (sum !== expected) throw new Error('the vectors do not match their checksum')
  try {
    nativeCall(() => index.save(file))
    return await syncFacts(file)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

function readFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(fd, bytes, done, bytes.length - done, position + done)
    if (read === 0) throw new Error('the file of the vectors is too short')
    done += read
  }
}
