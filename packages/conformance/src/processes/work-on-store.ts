import type { Store } from '@agentmem/core/adapter'
import { storedRecords } from '../data/records.ts'

/** What a process is told to do: to open the Store and count its memories, or to write batches as well. */
export interface StoreTask {
  readonly batches: number
  /** The ids of the records begin with it. */
  readonly name: string
}

/**
 * The whole of a process that `processCases` starts: it opens the Store as soon as it is told to, so that several do
 * it at once, and tells each batch that is acknowledged, or how many memories there are.
 */
export async function workOnStore(open: () => Promise<Store>): Promise<void> {
  const told = new Promise<StoreTask>(resolve => process.once('message', resolve))
  await tell('ready')
  const { batches, name } = await told
  {
    await using store = await open()
    if (batches === 0) await tell((await store.stats()).memories)
    else await writeBatches(store, name, batches, tell)
  }
  process.disconnect()
}

/** Batches of ten records, two at a time, so that the calls of one process are in each other's way as well. */
export async function writeBatches(
  store: Store,
  name: string,
  batches: number,
  onAcknowledged?: (batch: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    while (next < batches) {
      const batch = next++
      await store.put(storedRecords(10, n => ({ id: `${name}-${batch}-${n}` })))
      await onAcknowledged?.(batch)
    }
  }
  await Promise.all([work(), work()])
}

/** Returns once the message is with the parent. */
function tell(message: number | string): Promise<unknown> {
  return new Promise(resolve => process.send?.(message, undefined, undefined, resolve))
}
