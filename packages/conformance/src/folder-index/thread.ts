import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects, rejectionOf } from '../kit/rejections.ts'
import { runScript } from '../processes/run-script.ts'
import type { FolderIndex } from './folder-index.ts'
import { endOf } from './script-end.ts'

const dimensions = 64
/** On a busy machine the searches may be sent when the batch is done already. */
const attempts = 5

export const threadCases: readonly Case<FolderIndex>[] = casesOf<FolderIndex>('thread', {
  'that dies rejects what is pending and what comes later, and the index closes quietly': async ({
    open,
  }) => {
    const { index, worker } = await withWorker(() => open({ dimensions }))
    const upserts = indexEntries(dimensions, 3_000)
    const pending = rejectionOf('a pending apply', () => index.apply({ upserts, deletes: [], cursor: 1 }))
    await worker.terminate()
    for (const error of [await pending, await rejectionOf('a later call', () => index.cursor())]) {
      equal(error.code, 'BACKEND')
      match(error.message, /worker thread .* ended/)
    }
    await index.close()
  },

  'that is idle keeps no process alive, and one with a call pending does': async ({ opening }) => {
    const script = new URL('./idle-index-script.js', import.meta.url)
    const child = runScript(script, { ...opening, options: { dimensions: 2 } }, ['ignore', 'pipe', 'inherit'])
    const { code, output } = await endOf(child)
    deepEqual({ code, output }, { code: 0, output: 'open\ncursor 7\n' })
  },

  'ends when the index is closed': async ({ open }) => {
    const { index, worker } = await withWorker(() => open({ dimensions }))
    let hasEnded = false
    worker.once('exit', () => (hasEnded = true))
    await index.close()
    ok(hasEnded, 'the index is closed, and its thread goes on')
    await assertRejects('CLOSED', 'cursor', () => index.cursor())
  },

  'that optimizes while the index is closed lets both end': async ({ open }) => {
    const index = await open({ dimensions })
    await index.apply({ upserts: indexEntries(dimensions, 4_000), deletes: [], cursor: 1 })
    await Promise.all([index.optimize(), index.close()])
    await assertRejects('CLOSED', 'cursor', () => index.cursor())
  },

  'answers searches before a batch that was sent earlier is done': async ({ open, longBatch }) => {
    const entries = indexEntries(dimensions, longBatch)
    const searchedFirst = async (): Promise<boolean> => {
      await using index = await open({ dimensions })
      await index.apply({ upserts: entries.slice(0, 100), deletes: [], cursor: 1 })
      let isApplied = false
      const applied = index
        .apply({ upserts: entries.slice(100), deletes: [], cursor: 2 })
        .then(() => (isApplied = true))
      for (const vector of queryVectors(dimensions, 5)) {
        const [matches] = await index.search([{ vector, k: 10, scope: acme }])
        equal(matches?.length, 10)
      }
      const isFirst = !isApplied
      await applied
      return isFirst
    }
    for (let attempt = 0; attempt < attempts; attempt++) if (await searchedFirst()) return
    ok(false, `in ${attempts} attempts the batch was done before the searches`)
  },
})

/** An index and the first thread that it starts. */
async function withWorker(
  open: () => Promise<VectorIndex>,
): Promise<{ readonly index: VectorIndex; readonly worker: Worker }> {
  const created = once(process, 'worker')
  const index = await open()
  const [worker] = (await created) as [Worker]
  return { index, worker }
}
