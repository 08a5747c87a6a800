// What fastembed costs stock and through @agentmem/fastembed, on a model of the shape of all-MiniLM-L6-v2.
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { shapes, writeModel } from '../../packages/fastembed/test/fixture/write-model.ts'
import { formatNumber } from '../measured/format-number.ts'
import { formatTable } from '../terminal/format-table.ts'
import { showProgress } from '../terminal/progress.ts'
import { contenders, stockTexts } from './embedding/contenders.ts'
import { measureRates } from './embedding/measure-rates.ts'
import { measureWholeWay } from './embedding/measure-whole-way.ts'
import { peakMemory } from './embedding/peak-memory.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(values.rounds)
const folder = await mkdtemp(join(tmpdir(), 'agentmem-'))
try {
  const model = join(folder, 'model')
  await writeModel(model, shapes.miniLM)
  console.log(
    `1,000 texts of 8 to 25 words, a random model of the shape of all-MiniLM-L6-v2, ${rounds} rounds; ` +
      `stock fastembed: ${stockTexts} texts, once. ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}`,
  )
  const progress = showProgress('embedding')
  const results = await measureRates(model, rounds, progress.update)
  progress.end()
  const rateOf = (name: string): number =>
    results.find(result => result.name === name)?.textsPerSecond ?? Number.NaN
  const rows = results.map(
    ({ name, textsPerSecond, queryMs, delayMs, longestDelayMs, leastCosine, identical }) => [
      name,
      formatNumber(textsPerSecond),
      `${formatNumber(textsPerSecond / rateOf('fastembed, default batch'))}x`,
      `${formatNumber(textsPerSecond / rateOf('fastembed, batch 8'))}x`,
      formatNumber(queryMs),
      formatNumber(delayMs),
      formatNumber(longestDelayMs),
      leastCosine.toFixed(7),
      `${identical}/${stockTexts}`,
    ],
  )
  const headings = ['embedder', 'texts/s', 'vs default', 'vs batch 8', 'query ms', 'delay p99', 'max']
  console.log(formatTable([...headings, 'cosine', 'identical'], rows))
  const best = Math.max(
    ...Object.keys(contenders)
      .filter(name => name.startsWith('hand'))
      .map(rateOf),
  )
  const share = (rateOf('@agentmem/fastembed') / best) * 100
  console.log(`\n@agentmem/fastembed has ${formatNumber(share)}% of the rate of the best hand-tuned loop`)
  const whole = await measureWholeWay(model, folder, rounds)
  console.log(
    `addBatch(1000) on SQLite + hnsw: ${formatNumber(whole.addBatch)} texts/s, ${formatNumber(whole.share * 100)}% of ` +
      `the embedder's own ${formatNumber(whole.embedder)}`,
  )
  const peaks = Object.keys(contenders).map(name => [name, formatNumber(peakMemory(name, model))])
  console.log(`\n${formatTable(['in a process of its own', 'peak MB'], peaks)}`)
} finally {
  await rm(folder, { recursive: true })
}
