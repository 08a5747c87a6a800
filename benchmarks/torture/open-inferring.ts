import { Memory } from '@agentmem/core'
import type { InferPlan } from '@agentmem/core'
import { stores } from '../opening/backends.ts'
import type { Place } from '../opening/place.ts'
import { setTimeout } from 'node:timers/promises'
import { PaidExtractor } from './paid-extractor.ts'
import type { Paid } from './paid-extractor.ts'

/** Small windows, so that an answer is about few messages. */
const infer = { background: false, windowMessages: 5 }

/** Opens the Store at a place with an extractor that tells what is paid for. Only calls of `process` make facts. */
export async function openInferring(
  store: string,
  place: Place,
  tell: (line: Paid) => void,
): Promise<Memory> {
  const opened = await stores[store]?.open(place)
  if (!opened) throw new Error(`There is no store '${store}'.`)
  try {
    const extractor = new PaidExtractor(place.folder, tell)
    const review = async ({ facts }: InferPlan): Promise<string[]> => {
      tell({ kept: facts.map(({ memory }) => memory) })
      // So that some are killed between what was paid for and what comes of it.
      await setTimeout(4)
      return facts.map(({ id }) => id)
    }
    return await Memory.open({ store: opened, extractor, infer: { ...infer, review } })
  } catch (error) {
    await opened.close()
    throw error
  }
}
