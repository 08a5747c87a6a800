import type { Embedder } from '../contracts/embedder.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { Follower } from '../follower/follower.ts'
import type { ModelStore } from './model-store.ts'

/** What a Memory is composed of; its calls are functions over these. */
export interface MemoryParts {
  /** Bound to the model of the embedder. */
  readonly store: ModelStore
  readonly index: VectorIndex
  /** Behind its cache, where there is one. */
  readonly embedder: Embedder
  readonly follower: Follower
  /** Whether the Store finds the vectors of later texts by their content: the option `cache.store`. */
  readonly reuse: boolean
  /** UTC milliseconds. */
  readonly now: () => number
}
