/**
 * How a memory fares as it grows: batches of 1,000 are added, searched between, and flushed and opened again after each
 * step. A row is appended to the file after each step, and a run that is started again goes on after the last row.
 *
 *   node --expose-gc benchmarks/figures/grow.ts --folder /data/grow [--store sqlite] [--index usearch]
 *     [--size 1000000] [--step 100000] [--optimize]
 *
 * A user has 1,000 memories, and one agent has all: searches are by vectors, of one user and of the agent. With
 * --optimize it is optimized at last, and searched once more. The folder keeps
 * data and rows; a server's database is its user's, by AGENTMEM_POSTGRES_URL.
 */
import { existsSync, readFileSync } from 'node:fs'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { formatNumber } from '../measured/format-number.ts'
import { formatTable } from '../terminal/format-table.ts'
import { growBy, headings } from './grow/grow-by.ts'
import type { GrownRow } from './grow/grow-by.ts'
import { optimizeGrown } from './grow/optimize-grown.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    folder: text,
    store: { ...text, default: 'sqlite' },
    index: { ...text, default: 'usearch' },
    size: { ...text, default: '1000000' },
    step: { ...text, default: '100000' },
    optimize: { type: 'boolean', default: false },
  },
})
if (values.folder === undefined) throw new Error('Give --folder: data and rows are kept there.')
const [size, step] = [Number(values.size), Number(values.step)]
const folder = join(values.folder, `${values.store}-${values.index}`)
await mkdir(folder, { recursive: true })
const file = join(folder, 'rows.ndjson')
const rows = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as GrownRow)
  : []

const combination = { store: values.store, index: values.index, folder }
for (let from = rows.at(-1)?.memories ?? 0; from < size; from += step) {
  const row = await growBy(combination, from, Math.min(step, size - from))
  rows.push(row)
  await appendFile(file, `${JSON.stringify(row)}\n`)
  console.error(`${values.store} + ${values.index}: ${formatNumber(row.memories)} memories`)
}
console.log(`${values.store} + ${values.index}, batches of 1,000; times in ms, p50 / p95; sizes in MB\n`)
console.log(formatTable(Object.values(headings), rows.map(cells)))
if (values.optimize) {
  const row = await optimizeGrown(combination, size)
  await writeFile(join(folder, 'optimized.json'), JSON.stringify(row))
  console.log(
    formatTable(
      ['optimized', ''],
      Object.entries(row).map(([what, value]) => [what, cell(value)]),
    ),
  )
}

function cells(row: GrownRow): string[] {
  return Object.keys(headings).map(key => {
    const value = row[key as keyof GrownRow]
    return value === undefined ? '-' : cell(value)
  })
}

function cell(value: number | readonly number[]): string {
  return typeof value === 'number' ? formatNumber(value) : value.map(formatNumber).join(' / ')
}
