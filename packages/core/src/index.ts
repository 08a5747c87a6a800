export { MemoryError, memoryErrorCodes, notFound, throwIfAborted } from './contracts/errors.ts'
export type { MemoryErrorCode, MemoryErrorOptions } from './contracts/errors.ts'
export { inScope, scopeOf } from './contracts/record.ts'
export type {
  HistoryEntry,
  HistoryEvent,
  Json,
  Key,
  MemoryRecord,
  Metadata,
  Scope,
  StoredRecord,
} from './contracts/record.ts'
export type { CallOptions, LogPage, LogSpan } from './contracts/log.ts'
export type {
  ChangeReceipt,
  DeleteAllOptions,
  MetaEntry,
  Patch,
  PutReceipt,
  Query,
  QueryOrder,
  ReuseOptions,
  Store,
  StoreCounters,
  StoreStats,
  StoreSupports,
  VectorWriteOptions,
  WriteOptions,
  WriteReceipt,
} from './contracts/store.ts'
export type {
  Adopted,
  AdoptOptions,
  StagedVector,
  StagingState,
  UnstagedPage,
  UnstagedText,
  VectorStaging,
} from './contracts/staging.ts'
export { embedderKey, identityOf, modelMismatch, notStaging, stagedKey } from './contracts/model-identity.ts'
export type { IndexEntry, LogBatch } from './contracts/log.ts'
export type { IndexStats, IndexSupports, Match, VectorIndex, VectorQuery } from './contracts/vector-index.ts'
export type { EmbedOptions, Embedder, EmbedPurpose } from './contracts/embedder.ts'
export { parseWhere } from './checks/parse-where.ts'
export { whereFields } from './contracts/where.ts'
export type { Scalar, Where, WhereConditions, WhereField, WhereNode, WhereTarget } from './contracts/where.ts'
export { compareCodePoints, evaluateWhere } from './contracts/evaluate-where.ts'
export { innerProduct } from './vectors/inner-product.ts'
export { ScopedVectors } from './vectors/scoped-vectors.ts'
export { compareMatches, TopK } from './vectors/top-k.ts'
export { guardStore } from './guards/guard-store.ts'
export { guardIndex } from './guards/guard-index.ts'
export { guardEmbedder } from './guards/guard-embedder.ts'
export { MapStore } from './reference/map-store.ts'
export { ExactIndex } from './reference/exact-index.ts'
export { Memory } from './memory.ts'
export type * from './memory-api.ts'
export type { FollowerOptions } from './follower/follower.ts'
export { CachedEmbedder } from './embedding-cache/cached-embedder.ts'
export type {
  EmbeddingCacheOptions,
  EmbeddingCacheStats,
  KeptVectors,
} from './embedding-cache/cached-embedder.ts'
export { HashEmbedder } from './reference/hash-embedder.ts'
export type { HashEmbedderOptions } from './reference/hash-embedder.ts'
export type { CachedVector, EmbeddingCache, EmbeddingCacheScope } from './contracts/embedding-cache.ts'
export type { Progress, ProgressOptions, SignalOptions } from './contracts/progress.ts'
export type { RepairResult, VerifyResult } from './follower/verify-index.ts'
export type { FollowerState } from './follower/follower.ts'
