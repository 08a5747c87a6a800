// A process that fills an index, keeps it busy with one kind of work, and ends while native code runs.
import { readdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { openerOf } from '../processes/opening.ts'
import type { Opening } from '../processes/opening.ts'
import { busyDimensions } from './busy-work.ts'
import type { BusyTask } from './busy-work.ts'
import type { FolderIndexOptions } from './folder-index.ts'

type Task = BusyTask & Opening & { readonly options: FolderIndexOptions }

const { work, end, slowKind, ...opening } = JSON.parse(process.argv[2] ?? '') as Task
const { path = '' } = opening.options
const open = await openerOf(opening)
const index = (await open()) as VectorIndex
const entries = indexEntries(busyDimensions, 3_000)
const queries = queryVectors(busyDimensions, 100).map(vector => ({ vector, k: 10, scope: acme }))
const fill = (): Promise<void> => index.apply({ upserts: entries, deletes: [], cursor: 1 })
const calls: Readonly<Record<typeof work, () => Promise<unknown>>> = {
  scan: () => index.search(queries),
  search: () => index.search(queries),
  apply: fill,
  optimize: async () => {
    await fill()
    await index.optimize()
  },
}

async function keepBusy(): Promise<never> {
  for (;;) await calls[work]()
}

await fill()
if (work === 'search') await index.optimize()
keepBusy().catch(() => undefined)
const isSaving = (): boolean => readdirSync(path).some(name => name.startsWith(slowKind))
if (work === 'optimize') while (!isSaving()) await wait(1)
else await wait(30 + 70 * Math.random())
if (end === 'exit') process.exit(7)
if (end === 'signal') process.kill(process.pid, 'SIGTERM')
if (end === 'error') throw new Error('of its own')
await wait(60_000)
