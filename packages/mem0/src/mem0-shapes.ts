import type { Memory, MemoryOptions } from '@agentmem/core'

/** A message as mem0 takes it. Messages of the role 'system' are left out. */
export interface Message {
  readonly role: string
  readonly content: string
}

/** In the words of mem0: `user_id` and the like say whose memories, everything else is metadata. */
export interface SearchFilters {
  readonly user_id?: string | undefined
  readonly agent_id?: string | undefined
  readonly run_id?: string | undefined
  readonly [key: string]: unknown
}

export interface Entity {
  readonly userId?: string | undefined
  readonly agentId?: string | undefined
  readonly runId?: string | undefined
}

export interface AddConfig extends Entity {
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Another way to say whose memory it is. */
  readonly filters?: SearchFilters | undefined
  /** Default true, which needs `extract` or an extractor of the Memory; without either the messages are stored as they are. */
  readonly infer?: boolean | undefined
  /** A day, YYYY-MM-DD, after whose end (UTC) the memory is no longer returned. */
  readonly expirationDate?: string | null | undefined
}

export interface SearchConfig {
  readonly filters?: SearchFilters | undefined
  /** Default 20. */
  readonly topK?: number | undefined
  /** 0 to 1. Given, it is the lowest cosine similarity; default 0.1 of the score of the Memory's own mode. */
  readonly threshold?: number | undefined
}

export interface GetAllConfig {
  readonly filters?: SearchFilters | undefined
  /** Default 20. */
  readonly topK?: number | undefined
}

export interface UpdateConfig {
  readonly text?: string | undefined
  /** Its keys are put beside those that are there. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly expirationDate?: string | null | undefined
}

export type DeleteAllConfig = Entity

export interface MemoryItem {
  readonly id: string
  readonly memory: string
  /** SHA-256 of the text; mem0's is an MD5. */
  readonly hash?: string
  /** ISO 8601. */
  readonly createdAt?: string
  /** ISO 8601; undefined for a memory that was never updated. */
  readonly updatedAt?: string
  readonly score?: number
  readonly metadata?: Record<string, unknown>
  readonly user_id?: string
  readonly agent_id?: string
  readonly run_id?: string
}

export interface SearchResult {
  readonly results: MemoryItem[]
}

export interface HistoryItem {
  readonly id: string
  readonly memory_id: string
  readonly previous_value: string | null
  readonly new_value: string | null
  readonly action: string
  readonly created_at: string | null
  readonly updated_at: string | null
  readonly is_deleted: 0 | 1
}

/** The parts of the Memory, as `Memory.open` of `@agentmem/core` takes them. */
export interface MemoryConfig extends MemoryOptions {
  /**
   * What `infer: true` asks: the facts of the messages that are worth remembering, and are not among the existing ones.
   * Default: the extractor of the Memory; without one messages are stored as they are, which is said once by a warning.
   */
  readonly extract?:
    | ((messages: readonly Message[], existing: readonly string[]) => Promise<string[]>)
    | undefined
}

/** A Memory that is open already, or what opens one with the first call. */
export interface OpenMemoryConfig extends Pick<MemoryConfig, 'extract'> {
  readonly memory: Memory | (() => Promise<Memory>)
}
