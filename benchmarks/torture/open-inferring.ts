import { Memory } from '@agentmem/core'
import { stores } from '../opening/backends.ts'
import type { Place } from '../opening/place.ts'
import { PaidExtractor } from './paid-extractor.ts'

/** A short lease, so that the dead are soon relieved, and small windows, so that an answer is about few messages. */
const infer = { background: false, windowMessages: 5 }

/** Opens the Store at a place with an extractor that tells what is paid for. Only calls of `process` make facts. */
export async function openInferring(
  store: string,
  place: Place,
  onPaid: (texts: readonly string[]) => void,
): Promise<Memory> {
  const opened = await stores[store]?.open(place)
  if (!opened) throw new Error(`There is no store '${store}'.`)
  try {
    const extractor = new PaidExtractor(place.folder, onPaid)
    return await Memory.open({ store: opened, extractor, infer })
  } catch (error) {
    await opened.close()
    throw error
  }
}
