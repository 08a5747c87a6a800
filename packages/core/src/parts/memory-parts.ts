import type { Embedder } from '../contracts/embedder.ts'
import type { Reranker } from '../contracts/reranker.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { Follower } from '../follower/follower.ts'
import type { TextFollower } from '../text-index/text-follower.ts'
import type { ModelStore } from './model-store.ts'

/** What a Memory uses of a Follower. */
export type VectorFollower = Pick<Follower, keyof Follower>

/** What a Memory is composed of; its calls are functions over these. */
export interface MemoryParts {
  /** Bound to the model of the embedder. */
  readonly store: ModelStore
  /** `noIndex` in a memory that is searched by words alone. */
  readonly index: VectorIndex
  /** Behind its cache, where there is one. `noEmbedder` in a memory that is searched by words alone. */
  readonly embedder: Embedder
  readonly follower: VectorFollower
  /** The same for every model. */
  readonly texts: TextFollower
  readonly reranker: Reranker | undefined
  /** Whether several organizations share the parts: `Memory.openTenants`. */
  readonly tenants: boolean
  /** Told of what failed while nobody waited for it. */
  readonly onBackgroundError: (error: unknown) => void
  /** Whether the Store finds the vectors of later texts by their content: the option `cache.store`. */
  readonly reuse: boolean
  /** Whether it makes memories of messages, so that facts stand beside the messages that say them. */
  readonly infers: boolean
  /** UTC milliseconds. */
  readonly now: () => number
}
