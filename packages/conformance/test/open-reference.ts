import { guardIndex, ThreadedIndex } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import type { FolderIndexOptions } from '../src/index.ts'

export interface ReferenceOptions extends FolderIndexOptions {
  readonly savesAfter?: number
}

/** Opens an exact index that works in a thread and keeps files. */
export async function openReference(options: ReferenceOptions): Promise<VectorIndex> {
  const index = await ThreadedIndex.open({
    name: 'reference',
    durable: options.path !== undefined,
    file: new URL('./reference-worker.mjs', import.meta.url),
    settings: { savesAfter: 100, ...options },
  })
  return guardIndex(index)
}

/** What follows are openings with one fault, for processes. */
async function withWorker(
  options: ReferenceOptions,
): Promise<{ readonly index: VectorIndex; readonly worker: Worker }> {
  const created = once(process, 'worker')
  const index = await openReference(options)
  const [worker] = (await created) as [Worker]
  return { index, worker }
}

/** Lets the process end while a call is pending. */
export async function openCareless(options: ReferenceOptions): Promise<VectorIndex> {
  const { index, worker } = await withWorker(options)
  worker.ref = () => undefined
  return index
}

/** Keeps the process alive for good. */
export async function openClinging(options: ReferenceOptions): Promise<VectorIndex> {
  setInterval(() => undefined, 1_000)
  return openReference(options)
}

/** Ends the process with another code than its own, whatever it is told to end by. */
export async function openStubborn(options: ReferenceOptions): Promise<VectorIndex> {
  process.on('exit', () => process.exit(134))
  return openReference(options)
}

/** Leaves a header that is cut short while it saves. */
export async function openInPlace(options: ReferenceOptions): Promise<VectorIndex> {
  const index = await openReference(options)
  const header = join(options.path ?? '', 'header.json')
  const optimize = index.optimize.bind(index)
  index.optimize = async () => {
    await optimize()
    await rm(header)
    await writeFile(header, '{')
    await wait(50)
  }
  return index
}
