import { Memory } from '@agentmem/core'

import type { Floor } from '../floors/floor.ts'
import type { CellSpec, Combination } from '../measured/cell.ts'
import { embedderOf, indexes, serversOf, stores } from '../opening/backends.ts'
import { makePlace } from '../opening/own-place.ts'
import type { OwnPlace } from '../opening/own-place.ts'
import type { Place } from '../opening/place.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import type { Workbench } from '../scenarios/workbench.ts'

/** A workbench over one combination; `clear` removes what it has stored. */
export interface OwnWorkbench extends Workbench {
  clear(): Promise<void>
}

export async function openWorkbench(spec: CellSpec, serverUrls: Place['urls']): Promise<OwnWorkbench> {
  const { store, index, embedder } = rowsOf(spec.combination)
  const place = await makePlace(serversOf(spec.combination), serverUrls)
  let floorPlace: OwnPlace | undefined
  let nextText = 0
  return {
    sizes: spec.sizes,
    size: spec.sizes[0] ?? 0,
    round: spec.round,
    quick: spec.quick,
    open: async (options = {}) => {
      const openedEmbedder = await embedder.open(place)
      const parts = {
        embedder: openedEmbedder,
        store: await store.open(place),
        index: await index.open(place, openedEmbedder.dimensions),
      }
      return { ...parts, memory: await Memory.open({ ...parts, ...options }) }
    },
    openFloor: async (): Promise<Floor | undefined> => {
      // The floors embed with the HashEmbedder: beside another one they would compare embedders.
      if (!store.openFloor || spec.combination.embedder !== 'hash') return undefined
      floorPlace = await makePlace(store.server ? [store.server] : [], serverUrls)
      return store.openFloor(floorPlace)
    },
    freshTexts: count => {
      nextText += count
      return sampleTexts(nextText - count, count)
    },
    bytesOnDisk: async () => (await place.bytes()) || undefined,
    clear: async () => {
      await floorPlace?.remove()
      await place.remove()
    },
  }
}

function rowsOf({ store, index, embedder }: Combination) {
  const rows = { store: stores[store], index: indexes[index], embedder: embedderOf(embedder) }
  if (!rows.store || !rows.index || !rows.embedder) {
    throw new Error(`There is no such combination: ${store} + ${index} + ${embedder}.`)
  }
  return { store: rows.store, index: rows.index, embedder: rows.embedder }
}
