import type { Embedder } from '../contracts/embedder.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { Follower } from '../follower/follower.ts'

/** What a Memory is composed of; its calls are functions over these. */
export interface MemoryParts {
  /** Bound to the model of the embedder. */
  readonly store: Store
  readonly index: VectorIndex
  /** Behind its cache, where there is one. */
  readonly embedder: Embedder
  readonly follower: Follower
  /** Whether the Store is to find vectors by their text again. */
  readonly reuse: boolean
  /** UTC milliseconds. */
  readonly now: () => number
}
