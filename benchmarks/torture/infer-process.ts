// A process that stores messages and makes facts of them until it is killed: `node infer-process.ts TASK`. It prints the
// messages that were acknowledged, those that were paid for, those whose answers were kept, and when nothing is under way.
import { writeSync } from 'node:fs'
import { Random } from '@agentmem/conformance'
import type { Place } from '../opening/place.ts'
import { openInferring } from './open-inferring.ts'

/** What the process is to do. It travels as JSON. */
export interface InferTask {
  readonly store: string
  readonly place: Place
  readonly name: string
  readonly seed: number
}

const { store, place, name, seed } = JSON.parse(process.argv[2] ?? '') as InferTask
const tell = (line: unknown): void => void writeSync(1, `${JSON.stringify(line)}\n`)
const random = new Random(seed)
const memory = await openInferring(store, place, tell)
for (let n = 0; ; n++) {
  const said = Array.from({ length: 1 + random.below(4) }, (_, m) => `I own item ${name} ${n} ${m}.`)
  const inputs = said.map(content => ({ role: 'user', content }))
  await memory.addBatch(inputs, { userId: 'ana', infer: true, wait: 'stored' })
  tell({ said })
  await memory.process({ deferred: random.below(2) === 0 })
  tell({ rest: true })
}
