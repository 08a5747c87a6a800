// Where the time of addBatch(1000) on SQLite goes: `node benchmarks/figures/profile-add-batch.ts [batches]`. Sampled by V8's
// profiler, every 0.2 ms, while batches are written and indexed in turn.

import { mkdtemp, rm } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { formatNumber } from '../measured/format-number.ts'
import { median } from '../measured/statistics.ts'
import { openWithVectors } from '../opening/open-with-vectors.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { formatTable } from '../terminal/format-table.ts'

const size = 1_000
const batches = Number(process.argv[2] ?? 40)
const folder = await mkdtemp(join(tmpdir(), 'agentmem-'))
const memory = await openWithVectors(folder)
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })

/** The profiler itself, and waiting. */
const notOfTheBatch = new Set(['post node:inspector', '(idle)', '(program)'])
const times: number[] = []
const selfTime = new Map<string, number>()
for (let i = 0; i < batches + 5; i++) {
  const texts = sampleTexts(i * size, size)
  await session.post('Profiler.start')
  const start = performance.now()
  await memory.addBatch(texts, { userId: 'user' })
  const time = performance.now() - start
  const { profile } = await session.post('Profiler.stop')
  // What the index does behind is not a batch's.
  await memory.flush()
  if (i < 5) continue
  times.push(time)
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]))
  profile.samples?.forEach((id, sample) => {
    const place = places.get(id) ?? '?'
    if (notOfTheBatch.has(place)) return
    const ms = (profile.timeDeltas?.[sample] ?? 0) / 1_000
    selfTime.set(place, (selfTime.get(place) ?? 0) + ms)
  })
}
await memory.close()
await rm(folder, { recursive: true })

const total = [...selfTime.values()].reduce((sum, ms) => sum + ms, 0)
const rows = [...selfTime]
  .sort(([, a], [, b]) => b - a)
  .slice(0, 20)
  .map(([place, ms]) => [place, formatNumber(ms / batches), `${formatNumber((100 * ms) / total)}%`])
console.log(
  `addBatch(${size}): ${formatNumber(median(times))} ms, median of ${batches}; the profiler slows it down`,
)
console.log(formatTable(['function', 'ms a batch', 'share'], rows))

/** A function by its name and its file from the package on. */
function placeOf({ functionName, url }: { readonly functionName: string; readonly url: string }): string {
  const file = /(?:packages|node_modules\/\.pnpm\/[^/]+\/node_modules)\/(.+)$/.exec(url)?.[1] ?? url
  // SQLite runs inside a call from native code that has no name.
  return `${functionName || (file === '' ? 'native code, SQLite above all' : '(anonymous)')} ${file}`.trim()
}
