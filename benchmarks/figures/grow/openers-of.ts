import { HashEmbedder } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core'

import { indexes, stores } from '../../opening/backends.ts'

/** Data that stays in a folder, or in the user's own database. */
export interface Grown {
  readonly store: string
  readonly index: string
  readonly folder: string
}

export function openersOf({ store, index, folder }: Grown): {
  readonly store: () => Promise<Store>
  readonly index: () => Promise<VectorIndex>
} {
  const place = { folder, urls: { postgres: process.env['AGENTMEM_POSTGRES_URL'] ?? '' } }
  const [storeRow, indexRow] = [stores[store], indexes[index]]
  if (!storeRow || !indexRow) throw new Error(`There is no ${store} + ${index}.`)
  return {
    store: () => storeRow.open(place),
    index: () => indexRow.open(place, new HashEmbedder().dimensions),
  }
}
