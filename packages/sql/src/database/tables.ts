import type { MemoryRecord } from '@agentmem/core/adapter'

/** A live memory. Its primary key is its position in the change log, so that the table is the log in order. */
export interface MemoriesTable {
  seq: number
  id: string
  org_id: string
  user_id: string | null
  agent_id: string | null
  run_id: string | null
  content: string
  hash: string
  /** JSON text. */
  metadata: string
  type: string
  level: string
  importance: number
  access_count: number
  last_accessed_at: number | null
  created_at: number
  updated_at: number
  expires_at: number | null
  version: number
  created_by: string | null
  updated_by: string | null
  actor_id: string | null
  role: string | null
  place: number
  /** 1 or 0. */
  indexed: number
  valid_from: number | null
  valid_to: number | null
  superseded_by: string | null
  origin: string
  /** JSON text. */
  derivation: string | null
  deleted_at: number | null
  /** See `heldKey`. */
  dedupe_key: string | null
  /**
   * The first digits of the hash where the vector may be used again for the same text, null elsewhere; indexed. An
   * index of whole hashes would take three times the pages, and each row is written to another one.
   */
  reuse_key: string | null
  /** Empty where there is none. Last, so that reading the columns before it need not step over it. */
  vector: Uint8Array
}

/** One change of one memory, at the log position that it took. */
export interface HistoryTable {
  memory_id: string
  seq: number
  org_id: string
  user_id: string | null
  agent_id: string | null
  run_id: string | null
  previous_value: string | null
  new_value: string | null
  event: string
  actor_id: string | null
  role: string | null
  created_at: number
  successor_id: string | null
}

/** A memory that waits to be worked on. */
export interface PendingTable {
  /** Its place in the order in which they were received. */
  seq: number
  memory_id: string
  org_id: string
  user_id: string | null
  agent_id: string | null
  run_id: string | null
  at: number
  tokens: number
  attempts: number
  not_before: number
  /** 1 or 0. */
  parked: number
  reason: string | null
  answer: string | null
}

/** What a memory was made of: a row for each source. A source may be gone, where its delete took nothing along. */
export interface SourcesTable {
  memory_id: string
  source_id: string
  org_id: string
}

/** A deleted id. The id may be live again, at a later position. */
export interface TombstonesTable {
  seq: number
  id: string
  /** Null, like the other parts, for a delete from before layout 4. */
  org_id: string | null
  user_id: string | null
  agent_id: string | null
  run_id: string | null
}

/** The columns that say whose a deleted memory was. */
export const tombstoneScope = ['org_id', 'user_id', 'agent_id', 'run_id'] as const

export interface MetaTable {
  key: string
  value: string
}

/** The vector that another model gives a text, until the staged vectors replace those in use. */
export interface StagedTable {
  /** SHA-256 of the text. */
  hash: string
  vector: Uint8Array
}

export interface Tables {
  memories: MemoriesTable
  history: HistoryTable
  tombstones: TombstonesTable
  meta: MetaTable
  staged: StagedTable
  pending: PendingTable
  memory_sources: SourcesTable
}

export const tableNames = [
  'memories',
  'history',
  'tombstones',
  'meta',
  'staged',
  'pending',
  'memory_sources',
] as const

/** The column of each field of a record. */
export const columnOfField: {
  readonly [Field in keyof MemoryRecord]: Exclude<
    keyof MemoriesTable,
    'seq' | 'dedupe_key' | 'reuse_key' | 'vector'
  >
} = {
  id: 'id',
  orgId: 'org_id',
  userId: 'user_id',
  agentId: 'agent_id',
  runId: 'run_id',
  content: 'content',
  hash: 'hash',
  metadata: 'metadata',
  type: 'type',
  level: 'level',
  importance: 'importance',
  accessCount: 'access_count',
  lastAccessedAt: 'last_accessed_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  expiresAt: 'expires_at',
  version: 'version',
  createdBy: 'created_by',
  updatedBy: 'updated_by',
  actorId: 'actor_id',
  role: 'role',
  place: 'place',
  indexed: 'indexed',
  validFrom: 'valid_from',
  validTo: 'valid_to',
  supersededBy: 'superseded_by',
  origin: 'origin',
  derivation: 'derivation',
  deletedAt: 'deleted_at',
}

const recordFields = Object.keys(columnOfField) as (keyof MemoryRecord)[]

/** What to select for a `RecordRow`: the fields of a record, its metadata still text. */
export const recordSelection: readonly `${keyof MemoriesTable} as ${keyof MemoryRecord}`[] = recordFields.map(
  field => `${columnOfField[field]} as ${field}` as const,
)

/** What to select for the scope of a row, under the names that a record has. */
export const scopeSelection = [
  'org_id as orgId',
  'user_id as userId',
  'agent_id as agentId',
  'run_id as runId',
] as const

/** What to select for a `TextRow`: all that a ranking of texts knows of a record. */
export const textSelection = [
  'id',
  'org_id as orgId',
  'user_id as userId',
  'agent_id as agentId',
  'run_id as runId',
  'content',
  'created_at as createdAt',
  'place',
  'actor_id as actorId',
  'origin',
] as const

/** A row of `textSelection`. */
export type TextRow = Pick<
  MemoryRecord,
  'id' | 'orgId' | 'userId' | 'agentId' | 'runId' | 'content' | 'createdAt' | 'place' | 'actorId' | 'origin'
>

/** The columns of `memories`, in the order of the values that `memoryValues` gives. */
export const memoryColumns: readonly (keyof MemoriesTable)[] = [
  'seq',
  ...recordFields.map(field => columnOfField[field]),
  'dedupe_key',
  'reuse_key',
  'vector',
]

/** The columns of `history`, in the order of their values everywhere. */
export const historyColumns: readonly (keyof HistoryTable)[] = [
  'memory_id',
  'seq',
  'org_id',
  'user_id',
  'agent_id',
  'run_id',
  'previous_value',
  'new_value',
  'event',
  'actor_id',
  'role',
  'created_at',
  'successor_id',
]

/** The columns of `memory_sources`, in the order of their values everywhere. */
export const sourceColumns: readonly (keyof SourcesTable)[] = ['memory_id', 'source_id', 'org_id']

/** The columns of `pending`, in the order of their values everywhere. */
export const pendingColumns: readonly (keyof PendingTable)[] = [
  'seq',
  'memory_id',
  'org_id',
  'user_id',
  'agent_id',
  'run_id',
  'at',
  'tokens',
  'attempts',
  'not_before',
  'parked',
  'reason',
  'answer',
]
