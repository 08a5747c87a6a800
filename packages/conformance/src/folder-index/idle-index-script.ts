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
// So many that the thread is at work for a while: an answer that comes at once would be taken before a process has ended.
const upserts = Array.from({ length: 5_000 }, (_, n) => ({
  id: `entry-${n}`,
  scope: { orgId: 'acme' },
  vector: Float32Array.of(Math.cos(n), Math.sin(n)),
}))
void index.apply({ upserts, deletes: [], cursor: 7 })
await index.optimize()
writeSync(1, `cursor ${await index.cursor()}\n`)
setTimeout(() => process.exit(9), longestMs).unref()
