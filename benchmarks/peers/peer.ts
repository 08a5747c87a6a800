/** Where a peer keeps its data: made for it, and removed afterwards. */
export interface PeerPlace {
  readonly folder: string
  /** An empty Postgres database with pgvector. */
  readonly postgresUrl: string | undefined
}

/** Gives every library the same vectors. */
export interface SharedEmbedder {
  readonly dimensions: number
  /** One call of the embedder, as it is counted. */
  embed(texts: readonly string[]): Promise<number[][]>
}

export interface OpenPeer {
  add(texts: readonly string[]): Promise<void>
  /** Returns when all that was added is in the vector index; undefined where add() returns no earlier. */
  flush?(): Promise<void>
  /** The texts of the memories that are nearest to a text, the nearest first, by the library's search of one user. */
  search(text: string, topK: number): Promise<string[]>
  close(): Promise<void>
}

/** One documented way of adding memories with one library. */
export interface PeerUse {
  readonly peer: string
  /** The package whose version is reported. */
  readonly package: string
  /** The calls, as a reader would write them. */
  readonly use: string
  /** Compared with single adds of ours, or with addBatch. */
  readonly kind: 'single' | 'batch'
  /** Undefined where it is that of the Postgres it was given. */
  readonly durability?: string
  readonly needsPostgres?: boolean
  /**
   * What of ours keeps its data in the same kind of place: store and index, the best first. Undefined with
   * `needsPostgres`: those are compared with `agentmem.ts`, on the same kind of database through the same driver.
   */
  readonly like?: readonly (readonly [store: string, index: string])[]
  /** False where only what a search and a kill cost is compared: the writes of ours are those of the matrix. */
  readonly writes?: false
  /** True where what is there is gone once it is opened again: nothing is asked of it after a kill. */
  readonly startsEmpty?: true
  /** Opens what is there, or makes it. */
  readonly open: (place: PeerPlace, embedder: SharedEmbedder) => Promise<OpenPeer>
}

export const likes = {
  file: [['sqlite', 'usearch']],
  libsql: [
    ['libsql', 'usearch'],
    ['sqlite', 'usearch'],
  ],
  lance: [
    ['sqlite', 'lancedb'],
    ['sqlite', 'usearch'],
  ],
  memory: [['memory', 'exact']],
} as const
