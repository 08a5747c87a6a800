import type { CallOptions, LogSpan } from './log.ts'

/** A text of a live record, and its SHA-256 as the record has it. */
export interface UnstagedText {
  readonly hash: string
  readonly content: string
}

/** Some records of the log whose texts have no staged vector yet. Two of them may have the same text. */
export interface UnstagedPage {
  readonly texts: readonly UnstagedText[]
  /** The position in the log that is reached with this page. */
  readonly cursor: number
  /** True when nothing follows that has no staged vector. */
  readonly done: boolean
}

/** The vector that another model gives a text. */
export interface StagedVector {
  /** SHA-256 of the text. */
  readonly hash: string
  /** Unit length. */
  readonly vector: Float32Array
}

/** How far the staging has come. */
export interface StagingState {
  /** Memories of all organizations. */
  readonly memories: number
  /** Those of them whose text has no staged vector. */
  readonly unstaged: number
}

export interface AdoptOptions extends CallOptions {
  /** How many records may still lack a vector when it begins; when it is more, nothing happens. Default 0. */
  readonly limit?: number | undefined
  /** Embeds the texts of those records, one vector a text. Other writers wait meanwhile. */
  readonly complete?: ((texts: readonly string[]) => Promise<readonly Float32Array[]>) | undefined
}

export interface Adopted {
  /** How many memories have their new vectors. */
  readonly memories: number
  /** The positions that they took in the log. */
  readonly span: LogSpan
  /** By how far each of them moved in the log, so that their order is as before; 0 when there was none. */
  readonly distance: number
}

/**
 * The part of a Store by which the vectors of one model are replaced by those of another. New vectors are gathered
 * beside those in use, by the hash of their text, whatever is written meanwhile, and take their places in one
 * transaction. Until then nothing that reads or writes the Store sees any of it.
 *
 * A model is named by what the meta entry `embedder` is going to be. Each call but `unstaged` and `startStaging`
 * throws `CONFLICT`, and does nothing, when the Store stages for another model, or no longer stages at all.
 */
export interface VectorStaging {
  /** Begins to stage for a model, or goes on where that was interrupted. What was staged for another is dropped. */
  startStaging(embedder: string, options?: CallOptions): Promise<StagingState>
  /** Live records after a position in the log whose texts have no staged vector, at most `limit` of them. */
  unstaged(
    request: { readonly after: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<UnstagedPage>
  /** The staged vectors of texts by their hashes, aligned; undefined where there is none. */
  stagedVectors(
    embedder: string,
    hashes: readonly string[],
    options?: CallOptions,
  ): Promise<(Float32Array | undefined)[]>
  /** Keeps vectors, each under the hash of its text. One that is there already is replaced. */
  stage(embedder: string, vectors: readonly StagedVector[], options?: CallOptions): Promise<void>
  /**
   * In one transaction gives every live record its staged vector and a new position in the log, sets the meta entry
   * `embedder`, and empties the stage. Versions, times and history stay as they are. Undefined, and nothing is
   * changed, when more than `limit` records lack a staged vector.
   */
  adoptStaged(embedder: string, options?: AdoptOptions): Promise<Adopted | undefined>
}
