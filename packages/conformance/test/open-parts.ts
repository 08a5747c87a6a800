import { ExactIndex, MapStore } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core/adapter'

/** What the tests of child processes open. It keeps nothing. */
export async function openMapStore({ name }: { name: string }): Promise<Store> {
  if (name !== 'expected') throw new TypeError(`The options have the name '${name}'.`)
  return new MapStore()
}

export function openParts({ dimensions }: { dimensions: number }): { store: Store; index: VectorIndex } {
  return { store: new MapStore(), index: new ExactIndex(dimensions) }
}
