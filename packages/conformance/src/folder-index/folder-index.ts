import type { VectorIndex } from '@agentmem/core/adapter'
import type { Opening } from '../processes/opening.ts'

export interface FolderIndexOptions {
  /** The folder. Without one the index is in memory alone. */
  readonly path?: string | undefined
  readonly dimensions: number
}

/**
 * An index that works in a thread of the process and keeps files in a folder: a `ThreadedIndex` with a `HeaderDirectory`
 * of core.
 */
export interface FolderIndex {
  /** The folder: empty, and there. */
  readonly path: string
  /** Opens the index with limits so low that some hundred vectors take every path. */
  readonly open: (options: FolderIndexOptions) => Promise<VectorIndex>
  /** How another process opens it: a function of a module that takes `FolderIndexOptions`. */
  readonly opening: Omit<Opening, 'options'>
  /** The kinds of its files, beside the header, without any of which it opens empty. */
  readonly kinds: readonly string[]
  /** The kind of file, of these or another, that takes longest to be written when the index is optimized. */
  readonly slowKind: string
  /** Changes after which it saves without being asked. */
  readonly savesAfter: number
  /** Vectors of 64 dimensions that are so many in one batch that searches come in between. */
  readonly longBatch: number
}
