export { Memory } from './memory.ts'
export { MemoryError, memoryErrorCodes } from './contracts/errors.ts'
export { MapStore } from './reference/map-store.ts'
export { ExactIndex } from './reference/exact-index.ts'
export { HashEmbedder } from './reference/hash-embedder.ts'
export type * from './memory-api.ts'
export type { MemoryTenants } from './memory.ts'
export type { TenantsOptions } from './memory-tenants.ts'
export type * from './read-api.ts'
export type * from './consolidate-api.ts'
export type * from './expire-api.ts'
export type * from './search-api.ts'
export type * from './transfer-api.ts'
export type * from './upkeep-api.ts'
export type { TextWeights } from './contracts/text-index.ts'
export type { TextOptions, TextState } from './text-index/text-options.ts'
export type { Embedder, EmbedOptions, EmbedPurpose } from './contracts/embedder.ts'
export type { EmbeddingCache } from './contracts/embedding-cache.ts'
export type { MemoryErrorCode, MemoryErrorOptions } from './contracts/errors.ts'
export type { CallOptions } from './contracts/log.ts'
export type { Progress, ProgressOptions, SignalOptions } from './contracts/progress.ts'
export type { MetadataGiven, MetadataInput, MetadataShape } from './contracts/metadata.ts'
export type {
  Derivation,
  HistoryEntry,
  HistoryEvent,
  Json,
  MemoryRecord,
  Metadata,
  Origin,
  OwnScope,
  Scope,
} from './contracts/record.ts'
export type { Reranker } from './contracts/reranker.ts'
export type { QueryOrder, ScopeValue, Store, StoreCounters, StoreStats } from './contracts/store.ts'
export type { IndexStats, VectorIndex } from './contracts/vector-index.ts'
export type {
  Scalar,
  Where,
  WhereCondition,
  WhereConditions,
  WhereField,
  WhereFields,
  WherePath,
} from './contracts/where.ts'
export type { EmbeddingCacheOptions, EmbeddingCacheStats } from './embedding-cache/cached-embedder.ts'
export type { FollowerOptions, FollowerState } from './follower/follower.ts'
export type { DatabaseCheck } from './contracts/database-check.ts'
export type { VerifyResult } from './follower/compare-index.ts'
export type { RepairResult, VerifyOptions } from './follower/verify-index.ts'
export type * from './signals/signals.ts'
export type { HashEmbedderOptions } from './reference/hash-embedder.ts'
export { RuleExtractor } from './reference/rule-extractor.ts'
export type {
  DroppedFact,
  FailedMessage,
  InferBudget,
  InferOptions,
  InferPlan,
  InferredMemory,
  InferResult,
  InferStats,
  InferUsage,
  Relation,
  RevertResult,
} from './infer-api.ts'
export type {
  InferAddOptions,
  PendingMessage,
  PendingMessages,
  PendingOptions,
  ProcessOptions,
  ProcessResult,
} from './process-api.ts'
