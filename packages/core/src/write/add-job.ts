import type { Embedder } from '../contracts/embedder.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import type { ParsedInput } from './parse-input.ts'

/** Vectors that were made for a job while another was written. */
export interface Ahead {
  /** The parts that they were made with. */
  readonly parts: MemoryParts
  /** Aligned with the inputs; undefined when they could not be made. Never rejected. */
  readonly vectors: Promise<readonly (Float32Array | null)[] | undefined>
}

/** Inputs of one call that are added together, all or nothing. */
export interface AddJob {
  readonly inputs: readonly ParsedInput[]
  /** The one that was in use when the call was made: vectors that the inputs bring are of its model. */
  readonly embedder: Embedder
  readonly dedupe: boolean
  /** Default 'keep'. */
  readonly onTaken?: 'keep' | 'replace' | undefined
  /** Set by `embedAhead`. */
  ahead?: Ahead | undefined
}
