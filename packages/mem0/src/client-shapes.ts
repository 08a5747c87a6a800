/** Whose memories, in the words of mem0's client. There is no `appId` here: it is refused. */
export interface EntityOptions {
  readonly userId?: string | undefined
  readonly agentId?: string | undefined
  readonly runId?: string | undefined
}

export interface AddMemoryOptions extends EntityOptions {
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Default true, as of `Memory.add`. */
  readonly infer?: boolean | undefined
  /** When it was said, in Unix seconds. Default: now. */
  readonly timestamp?: number | undefined
  /** A day, YYYY-MM-DD, after whose end (UTC) the memory is no longer returned. */
  readonly expirationDate?: string | undefined
}

/** Conditions such as `{ AND: [{ user_id: 'ana' }, { metadata: { topic: 'food' } }] }`. */
export type ClientFilters = Readonly<Record<string, unknown>>

export interface SearchMemoryOptions {
  /** They must name a `user_id`, `agent_id` or `run_id` that holds for all that is searched. */
  readonly filters?: ClientFilters | undefined
  /** Only memories with this metadata, each key with its value. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** 1 to 1,000, default 10. */
  readonly topK?: number | undefined
  /** 0 to 1. Given, it is the lowest cosine similarity; default 0.1 of the score of the Memory's own mode. */
  readonly threshold?: number | undefined
  /** Only those of `categories` in their metadata that is one of these. */
  readonly categories?: readonly string[] | undefined
  /** True, the default here: memories in whose place others are now are left out. */
  readonly latestOnly?: true | undefined
}

export interface GetAllMemoryOptions {
  readonly filters?: ClientFilters | undefined
  /** From 1, the default. */
  readonly page?: number | undefined
  /** 1 to 200, default 100. */
  readonly pageSize?: number | undefined
  /** The first day of `createdAt`, YYYY-MM-DD. */
  readonly startDate?: string | undefined
  /** The last day of `createdAt`, YYYY-MM-DD. */
  readonly endDate?: string | undefined
  readonly categories?: readonly string[] | undefined
  readonly latestOnly?: true | undefined
}

export interface UpdateMemoryOptions {
  readonly text?: string | undefined
  /** Its keys are put beside those that are there. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** A day, YYYY-MM-DD, or null for none. */
  readonly expirationDate?: string | null | undefined
}

/** A memory as mem0's service answers it, with the names that its client gives them. Times are ISO 8601. */
export interface ClientMemory {
  readonly id: string
  readonly memory: string
  readonly userId: string | null
  readonly agentId: string | null
  readonly appId: null
  readonly runId: string | null
  /** The same as `runId`: the service has either, by the call. */
  readonly sessionId: string | null
  /** SHA-256 of the text. */
  readonly hash: string
  readonly metadata: Record<string, unknown>
  /** Those in its metadata, where an import has brought some. */
  readonly categories: string[]
  readonly createdAt: string
  readonly updatedAt: string
  readonly expirationDate: string | null
  /** Of a search. */
  readonly score?: number
}

export interface AddedMemory {
  readonly id: string
  readonly memory: string
  readonly data: { readonly memory: string }
  readonly event: string
}

/** All is done when it is answered: the status of the service's own is often 'PENDING'. */
export interface AddMemoryResult {
  readonly message: string
  readonly status: 'SUCCEEDED'
  readonly results: AddedMemory[]
}

export interface PaginatedMemories {
  /** Of all pages. */
  readonly count: number
  /** Such as '?page=3&page_size=100', or null on the last page. */
  readonly next: string | null
  readonly previous: string | null
  /** Newest first. */
  readonly results: ClientMemory[]
}

export interface MemoryHistory {
  readonly id: string
  readonly memoryId: string
  /** Always empty: messages are not kept beside what was made of them. */
  readonly input: never[]
  readonly oldMemory: string | null
  readonly newMemory: string | null
  readonly userId: string | null
  readonly agentId: string | null
  readonly runId: string | null
  /** The same as `runId`. */
  readonly sessionId: string | null
  readonly categories: string[]
  readonly event: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** A user, agent or run that has memories. */
export interface ClientEntity {
  /** The same as its name. */
  readonly id: string
  readonly name: string
  readonly type: EntityType
  /** Of its oldest memory. */
  readonly createdAt: string
  /** Of its newest change. */
  readonly updatedAt: string
  readonly totalMemories: number
  /** The organization of the Memory. */
  readonly owner: string
}

export type EntityType = 'user' | 'agent' | 'run'

export interface AllUsers {
  readonly count: number
  readonly next: string | null
  readonly previous: string | null
  readonly results: ClientEntity[]
  readonly totalUsers: number
  readonly totalAgents: number
  readonly totalRuns: number
}
