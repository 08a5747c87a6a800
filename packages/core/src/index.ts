export { MemoryError, memoryErrorCodes, notFound, throwIfAborted } from './errors.ts'
export type { MemoryErrorCode, MemoryErrorOptions } from './errors.ts'
export { inScope, scopeOf } from './record.ts'
export type {
  HistoryEntry,
  HistoryEvent,
  Json,
  Key,
  MemoryRecord,
  Metadata,
  Scope,
  StoredRecord,
} from './record.ts'
export type {
  CallOptions,
  ChangeReceipt,
  DeleteAllOptions,
  LogPage,
  LogSpan,
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
} from './store.ts'
export type {
  Adopted,
  AdoptOptions,
  StagedVector,
  StagingState,
  UnstagedPage,
  UnstagedText,
  VectorStaging,
} from './staging.ts'
export { embedderKey, identityOf, modelMismatch, notStaging, stagedKey } from './model-identity.ts'
export type {
  IndexEntry,
  IndexStats,
  IndexSupports,
  LogBatch,
  Match,
  VectorIndex,
  VectorQuery,
} from './vector-index.ts'
export type { EmbedOptions, Embedder, EmbedPurpose } from './embedder.ts'
export { parseWhere, whereFields } from './where.ts'
export type { Scalar, Where, WhereConditions, WhereField, WhereNode, WhereTarget } from './where.ts'
export { compareCodePoints, evaluateWhere } from './where-evaluate.ts'
export { innerProduct } from './inner-product.ts'
export { ScopedVectors } from './scoped-vectors.ts'
export { compareMatches, TopK } from './top-k.ts'
export { guardStore } from './guard-store.ts'
export { guardIndex } from './guard-index.ts'
export { guardEmbedder } from './guard-embedder.ts'
export { MapStore } from './map-store.ts'
export { ExactIndex } from './exact-index.ts'
export { Memory } from './memory.ts'
export type { MemoryCacheOptions, MemoryOptions } from './memory-engine.ts'
export type * from './memory-face.ts'
export type { FollowerOptions } from './follower.ts'
export { CachedEmbedder } from './cached-embedder.ts'
export type { EmbeddingCacheOptions, EmbeddingCacheStats, KeptVectors } from './cached-embedder.ts'
export { HashEmbedder } from './hash-embedder.ts'
export type { HashEmbedderOptions } from './hash-embedder.ts'
export type { CachedVector, EmbeddingCache, EmbeddingCacheScope } from './embedding-cache.ts'
