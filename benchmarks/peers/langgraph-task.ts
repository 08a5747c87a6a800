/** What a store of LangGraph is asked to do, in a process of its own. */
export interface StoreTask {
  /** One of `langgraphStores`. */
  readonly store: string
  /** Empty, for stores in files. */
  readonly folder: string
  /** An empty Postgres database with pgvector, for stores in one. */
  readonly url: string
  /** To be measured, to put items until it is killed, or to count those of so many that are there. */
  readonly work: 'measure' | 'write' | number
}

/** Milliseconds of each call. */
export interface StoreTimes {
  readonly put: readonly number[]
  readonly batch: readonly number[]
  readonly search: readonly number[]
}

export const langgraphStores: readonly string[] = [
  'LangGraph InMemoryStore',
  'AgentmemStore, SQLite + hnsw',
  'LangGraph PostgresStore',
  'AgentmemStore, Postgres + pgvector',
]
