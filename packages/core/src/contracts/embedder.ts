import type { CallOptions } from './log.ts'

/** What a text is embedded for. Models that distinguish documents from queries prefix them differently. */
export type EmbedPurpose = 'document' | 'query'

/** How texts are embedded. */
export interface EmbedOptions extends CallOptions {
  /** Default 'document'. */
  readonly as?: EmbedPurpose
}

/** Turns texts into vectors. An implementation may assume checked arguments (see `guardEmbedder`). */
export interface Embedder extends AsyncDisposable {
  /** The identity of the model: two embedders with the same identity give the same vector for a text. */
  readonly model: string
  /** How many numbers a vector has. */
  readonly dimensions: number
  /** How many tokens of a text the model reads; undefined when there is no limit. */
  readonly maxTokens?: number | undefined
  /** The most texts that one call takes; longer batches are sent in several calls. Default: no limit. */
  readonly batchSize?: number | undefined
  /**
   * True for an Embedder that knows words only, no meaning: its vectors have weight 0 in a hybrid search, where the
   * words are ranked themselves. Default false.
   */
  readonly lexical?: boolean | undefined
  /** Returns one vector of unit length for each text, in the order of the texts. */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>
  /** Idempotent. */
  close(): Promise<void>
}
