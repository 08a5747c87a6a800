// A process that is busy with a memory until it is killed: `node busy-process.ts TASK`. It prints each step before it is
// made, and each one that was acknowledged, and at its end what it has found.
import { writeSync } from 'node:fs'
import { Random } from '@agentmem/conformance'
import { Busy } from './busy.ts'
import type { BusyTask } from './busy-child.ts'
import { Tally } from './figures.ts'
import { Model } from './model.ts'
import { openPair } from './pairs.ts'

const task = JSON.parse(process.argv[2] ?? '') as BusyTask
const tell = (line: unknown): void => void writeSync(1, `${JSON.stringify(line)}\n`)
const tally = new Tally()
const model = new Model()
for (const [user, contents] of task.known) model.know(user, new Map(contents))
const memory = await openPair(task.pair, task.place)
tell({ open: true })
const busy = new Busy(memory, {
  random: new Random(task.seed),
  model,
  tally,
  name: task.name,
  generation: task.generation,
  onBegin: step => tell({ begin: step }),
  onEnd: ({ user }) => tell({ end: user }),
  onFailed: ({ user }, contents, error) => tell({ failed: { user, contents: [...contents], error } }),
})
if (task.exitAfterMs !== undefined) setTimeout(() => process.exit(7), task.exitAfterMs)
await busy.run(task.steps, () => !tally.isClean)
await memory.close()
tell({ tally: tally.figures, findings: tally.findings })
