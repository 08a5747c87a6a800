import { HashEmbedder, Memory } from '@agentmem/core'
import { indexes, stores } from '../opening/backends.ts'
import type { Place } from '../opening/place.ts'

/** A Store and an index, by the names that benchmarks have for them. */
export interface Pair {
  readonly store: string
  readonly index: string
}

/** Each durable Store once and each durable index once. */
export const shortPairs: readonly Pair[] = [
  { store: 'sqlite', index: 'hnsw' },
  { store: 'libsql', index: 'usearch' },
  { store: 'pglite', index: 'pgvector' },
  { store: 'postgres', index: 'lancedb' },
  { store: 'mysql', index: 'sqlite-vec' },
]

/** Every durable Store with every durable index. */
export const allPairs: readonly Pair[] = shortPairs.flatMap(({ store }) =>
  shortPairs.map(({ index }) => ({ store, index })),
)

export const nameOf = ({ store, index }: Pair): string => `${store} and ${index}`

const dimensions = 128

/** Small flushes, so that there are many moments to be killed in, and a short lease, so that the dead are soon relieved. */
const follower = { flushSize: 40, flushAfterMs: 10, tailLimit: 400, leaseMs: 300 }

/** Opens the pair at a place. `suffix`: an index that cannot be shared has a folder for each process. */
export async function openPair({ store, index }: Pair, place: Place): Promise<Memory> {
  const opened = await stores[store]?.open(place)
  if (!opened) throw new Error(`There is no store '${store}'.`)
  try {
    const made = await indexes[index]?.open(place, dimensions)
    const embedder = new HashEmbedder({ dimensions })
    return await Memory.open({ store: opened, ...(made && { index: made }), embedder, follower })
  } catch (error) {
    await opened.close()
    throw error
  }
}
