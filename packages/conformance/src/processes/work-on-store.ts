import type { Store } from '@agentmem/core/adapter'
import { storedRecords } from '../data/records.ts'

/** What a process of `processCases` does once it has opened the Store. */
export interface StoreTask {
  /** How many batches it puts; 0: it counts the memories instead. */
  readonly batches: number
  /** The ids of the records begin with it. */
  readonly name: string
}

/**
 * The whole of a process of `processCases`, for a script of your own in place of `childStore`. The process opens the
 * Store when it gets its task, so that several open at once, and sends the number of each batch that is acknowledged,
 * or how many memories the Store has.
 */
export async function workOnStore(open: () => Promise<Store>): Promise<void> {
  const task = new Promise<StoreTask>(resolve => process.once('message', resolve))
  await tell('ready')
  const { batches, name } = await task
  {
    await using store = await open()
    if (batches === 0) await tell((await store.stats()).memories)
    else await putBatches(store, name, batches, tell)
  }
  process.disconnect()
}

/** Puts batches of ten records, two at a time, so that the calls of one process meet one another as well. */
export async function putBatches(
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

/** Sends a message to the parent; resolves once it is sent. */
function tell(message: number | string): Promise<unknown> {
  return new Promise(resolve => process.send?.(message, undefined, undefined, resolve))
}
