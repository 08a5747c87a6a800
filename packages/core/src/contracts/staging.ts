import type { CallOptions, LogSpan } from './log.ts'

/** The text of an indexed record, and the SHA-256 that the record has for it. */
export interface UnstagedText {
  readonly hash: string
  readonly content: string
}

/** Some records of the log whose texts have no staged vector yet. Two of them may have the same text. */
export interface UnstagedPage {
  readonly texts: readonly UnstagedText[]
  /** The log position at the end of this page. */
  readonly cursor: number
  /** True when no later record lacks a staged vector. */
  readonly done: boolean
}

/** The vector of a text, made by the model that is being staged. */
export interface StagedVector {
  /** SHA-256 of the text. */
  readonly hash: string
  /** Unit length. */
  readonly vector: Float32Array
}

/** The progress of the staging. */
export interface StagingState {
  /** Indexed memories of all organizations. */
  readonly memories: number
  /** Those of them whose text has no staged vector. */
  readonly unstaged: number
}

export interface AdoptOptions extends CallOptions {
  /** How many records may still lack a staged vector at the start. If more lack one, nothing happens. Default 0. */
  readonly limit?: number | undefined
  /** Embeds the texts of those records, one vector a text. Other writers wait meanwhile. */
  readonly complete?: ((texts: readonly string[]) => Promise<readonly Float32Array[]>) | undefined
}

export interface Adopted {
  /** How many memories have their new vectors: all that are indexed. */
  readonly memories: number
  /** The new log positions of all memories. */
  readonly span: LogSpan
  /**
   * How far the memories moved in the log: all by the same distance, so that their order stays. 0 when there are
   * none.
   */
  readonly distance: number
}

/**
 * The part of a Store that replaces the vectors of one model with those of another. New vectors are kept beside
 * those in use, by the hash of their text, while writes go on. One transaction puts them in place. Until then no
 * reader or writer of the Store sees them. Only indexed records get vectors, those that had none as well.
 *
 * The argument `embedder` names the model: it is the value that the meta entry `embedder` will have. Each call
 * except `unstaged` and `startStaging` throws `CONFLICT`, and does nothing, when the Store stages for another
 * model, or no longer stages at all.
 */
export interface VectorStaging {
  /**
   * Begins staging for a model, or continues an interrupted staging. Vectors staged for another model are dropped.
   */
  startStaging(embedder: string, options?: CallOptions): Promise<StagingState>
  /** Returns indexed records after a log position whose texts have no staged vector, at most `limit` of them. */
  unstaged(
    request: { readonly after: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<UnstagedPage>
  /** Returns the staged vectors for these hashes of texts, aligned; undefined where there is none. */
  stagedVectors(
    embedder: string,
    hashes: readonly string[],
    options?: CallOptions,
  ): Promise<(Float32Array | undefined)[]>
  /** Stores vectors, each under the hash of its text. A vector that is there already is replaced. */
  stage(embedder: string, vectors: readonly StagedVector[], options?: CallOptions): Promise<void>
  /**
   * Gives every indexed record its staged vector, every live record a new log position, sets the meta entry
   * `embedder`, and deletes the staged vectors, all in one transaction. A record that is not indexed has no vector
   * then. Versions, times and history stay as they are. Returns undefined, and changes nothing, when more than `limit`
   * records lack a staged vector.
   */
  adoptStaged(embedder: string, options?: AdoptOptions): Promise<Adopted | undefined>
}
