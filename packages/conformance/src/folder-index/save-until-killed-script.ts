// A process that applies batches of 100, tells of each with a dot and saves it, until it is killed.
import { writeSync } from 'node:fs'
import type { VectorIndex } from '@agentmem/core/adapter'
import { indexEntries } from '../data/index-entries.ts'
import { openerOf } from '../processes/opening.ts'
import type { Opening } from '../processes/opening.ts'

const open = await openerOf(JSON.parse(process.argv[2] ?? '') as Opening)
const index = (await open()) as VectorIndex
const entries = indexEntries(index.dimensions, 20_000)
for (let start = 0; start < entries.length; start += 100) {
  await index.apply({ upserts: entries.slice(start, start + 100), deletes: [], cursor: start + 100 })
  writeSync(1, '.')
  await index.optimize()
}
