// A process that asks an index, waits for nothing but its answers, and ends when nothing keeps it alive.
import { writeSync } from 'node:fs'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openerOf } from '../processes/opening.ts'
import type { Opening } from '../processes/opening.ts'

/** How long a process that does not end is waited for; one that ends does not wait. */
const longestMs = 5_000

const open = await openerOf(JSON.parse(process.argv[2] ?? '') as Opening)
const index = (await open()) as VectorIndex
writeSync(1, 'open\n')
const upserts = [{ id: 'a', scope: { orgId: 'acme' }, vector: Float32Array.of(1, 0) }]
void index.apply({ upserts, deletes: [], cursor: 7 })
await index.optimize()
writeSync(1, `cursor ${await index.cursor()}\n`)
setTimeout(() => process.exit(9), longestMs).unref()
