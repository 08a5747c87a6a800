import type { CallOptions } from './log.ts'

/**
 * Says how well texts answer a query, by reading each text beside the query. An implementation may assume checked
 * arguments (see `guardReranker`).
 */
export interface Reranker extends AsyncDisposable {
  /** The identity of the model: two rerankers with the same identity give the same scores. */
  readonly model: string
  /** The most texts that one call takes; more are sent in several calls. Default: no limit. */
  readonly batchSize?: number | undefined
  /**
   * Returns one score a text, in the order of the texts: 0 to 1, higher is better, the same for the same text. Of a text
   * that is too long for the model, its beginning is read.
   */
  rerank(query: string, texts: readonly string[], options?: CallOptions): Promise<readonly number[]>
  /** Idempotent. */
  close(): Promise<void>
}
