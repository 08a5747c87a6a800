import type { Embedder } from '../contracts/embedder.ts'
import { MemoryError } from '../contracts/errors.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { VectorFollower } from './memory-parts.ts'

const nothing = async (): Promise<void> => undefined

/** The embedder of a memory that is searched by words alone: it makes no vectors. */
export const noEmbedder: Embedder = {
  model: 'none',
  dimensions: 0,
  embed: async texts => {
    if (texts.length === 0) return []
    throw new MemoryError(
      'INVALID_ARGUMENT',
      'This memory was opened without an embedder, and makes no vectors.',
    )
  },
  close: nothing,
  [Symbol.asyncDispose]: nothing,
}

/** Its index, which holds nothing. */
export const noIndex: VectorIndex = {
  name: 'none',
  dimensions: 0,
  metric: 'cosine',
  supports: { durable: false, exact: true, shared: false, transactional: false },
  apply: nothing,
  search: async queries => queries.map(() => []),
  get: async ids => ids.map(() => undefined),
  cursor: async () => 0,
  slot: async () => undefined,
  clear: nothing,
  optimize: nothing,
  stats: async () => ({ vectors: 0 }),
  close: nothing,
  [Symbol.asyncDispose]: nothing,
}

/** What keeps that index in step: there is nothing to do. */
export const noFollower: VectorFollower = {
  state: { position: 0, tail: 0, indexed: 0, flushes: 0 },
  room: nothing,
  accept: () => undefined,
  catchUp: nothing,
  search: async queries => queries.map(() => []),
  flush: nothing,
  rebuild: nothing,
  whileHeld: work => work(),
  close: nothing,
}
