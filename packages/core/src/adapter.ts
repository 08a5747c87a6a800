export {
  leftOut,
  MemoryError,
  memoryErrorCodes,
  notFound,
  notPending,
  throwIfAborted,
} from './contracts/errors.ts'
export type { MemoryErrorCode, MemoryErrorOptions } from './contracts/errors.ts'
export { show } from './contracts/show-value.ts'
export type { DatabaseCheck } from './contracts/database-check.ts'
export type { LogHead } from './contracts/log-head.ts'
export { eventOf } from './contracts/change-page.ts'
export type { ChangePage, LoggedChange } from './contracts/change-page.ts'
export type { CallOptions, IndexEntry, LogBatch, LogPage, LogRequest, LogSpan } from './contracts/log.ts'
export { inScope, isCurrent, scopeOf } from './contracts/record.ts'
export type {
  Derivation,
  HistoryEntry,
  HistoryEvent,
  Json,
  Key,
  MemoryRecord,
  Metadata,
  Origin,
  OwnScope,
  Scope,
  StoredRecord,
} from './contracts/record.ts'
export { contentHash, dedupeKey, factKey, sameScope, scopeKey } from './contracts/record-keys.ts'
export type {
  CountRequest,
  MetaEntry,
  Query,
  QueryOrder,
  ReuseOptions,
  ScopesRequest,
  ScopeValue,
  Store,
  StoreCounters,
  StoreStats,
  StoreSupports,
  TextsQuery,
} from './contracts/store.ts'
export type {
  ChangeReceipt,
  DeleteAllOptions,
  DeleteOptions,
  Patch,
  PutOptions,
  PutReceipt,
  VectorWriteOptions,
  WriteOptions,
  WriteReceipt,
} from './contracts/store-writes.ts'
export type {
  CommitReceipt,
  PendingMemory,
  PendingPage,
  PendingQuery,
  PendingRow,
  Postponed,
  StoreChange,
  StoreCommit,
} from './contracts/store-commit.ts'
export type {
  Adopted,
  AdoptOptions,
  StagedVector,
  StagingState,
  UnstagedPage,
  UnstagedText,
  VectorStaging,
} from './contracts/staging.ts'
export type { TextEntry, TextPage } from './contracts/text-index.ts'
export { indexChangesOf } from './contracts/log-entries.ts'
export { embedderKey, identityOf, modelMismatch, notStaging, stagedKey } from './contracts/model-identity.ts'
export type { IndexStats, IndexSupports, Match, VectorIndex, VectorQuery } from './contracts/vector-index.ts'
export type { Embedder, EmbedOptions, EmbedPurpose } from './contracts/embedder.ts'
export type { Reranker } from './contracts/reranker.ts'
export type {
  JsonSchema,
  LanguageModel,
  ModelAnswer,
  ModelCounters,
  ModelRequest,
  ModelSupports,
  ModelUsage,
  SubmitOptions,
} from './contracts/language-model.ts'
export type {
  ClusterSet,
  DecisionSet,
  ExtractedFact,
  Extractor,
  FactDecision,
  Insight,
  MessageWindow,
  Outcome,
  Replacement,
  ShownFact,
  Triple,
  WindowMessage,
} from './contracts/extractor.ts'
export type { CachedVector, EmbeddingCache, EmbeddingCacheScope } from './contracts/embedding-cache.ts'
export type {
  Scalar,
  Where,
  WhereColumn,
  WhereConditions,
  WhereField,
  WhereFields,
  WhereNode,
  WherePath,
  WherePlace,
  WhereRoot,
  WhereTarget,
} from './contracts/where.ts'
export { compareCodePoints, evaluateWhere } from './contracts/evaluate-where.ts'
export { parseJson } from './checks/parse-json.ts'
export type { LargeIntegers } from './checks/parse-json.ts'
export { patchedRecord, recordedChange, replacedRecord } from './checks/changed-record.ts'
export type { RecordedChange } from './checks/changed-record.ts'
export { mergedPatches, insightType, revivals, sourceChange, survivorPatch } from './checks/source-changes.ts'
export type { SourceChange, Succeeded } from './checks/source-changes.ts'
export { idPrefixLength, prefixedIdPattern, storedId } from './contracts/stored-id.ts'
export { parseWhere } from './checks/parse-where.ts'
export { guardEmbedder } from './guards/guard-embedder.ts'
export { guardExtractor } from './guards/guard-extractor.ts'
export { guardIndex } from './guards/guard-index.ts'
export { guardModel } from './guards/guard-model.ts'
export { guardReranker } from './guards/guard-reranker.ts'
export { guardStore } from './guards/guard-store.ts'
export { estimateTokens } from './text/estimate-tokens.ts'
export { innerProduct } from './vectors/inner-product.ts'
export { ScopedSlots } from './vectors/scoped-slots.ts'
export { ScopedVectors } from './vectors/scoped-vectors.ts'
export { compareMatches, TopK } from './vectors/top-k.ts'
export { hasUnitLength } from './vectors/unit-length.ts'
export { packVector, unpackVector } from './vectors/vector-bytes.ts'
export { checkedChunks, syncDirectory, syncFacts, writeFacts } from './adapter-kit/checked-file.ts'
export type { FileFacts } from './adapter-kit/checked-file.ts'
export { claimFolder } from './adapter-kit/claim-folder.ts'
export type { FolderClaim } from './adapter-kit/claim-folder.ts'
export { HeaderDirectory } from './adapter-kit/header-directory.ts'
export { importLibrary } from './adapter-kit/import-library.ts'
export type { ImportedLibrary } from './adapter-kit/import-library.ts'
export { closeFailed, opening } from './adapter-kit/opening.ts'
export { isNotesBlock, notesBlock } from './adapter-kit/notes-block.ts'
export type { Note, NotesOptions } from './adapter-kit/notes-block.ts'
export { requireOwner } from './adapter-kit/require-owner.ts'
export {
  attemptFor,
  joinedText,
  recallNotes,
  scopeOrFunction,
  storedMessages,
  turnOptionTable,
  withNotes,
} from './adapter-kit/turn-memory.ts'
export type { StoredOfTurn, TurnOptions } from './adapter-kit/turn-memory.ts'
export { inTurn } from './adapter-kit/in-turn.ts'
export type { InTurn } from './adapter-kit/in-turn.ts'
export {
  callback,
  flag,
  identifier,
  library,
  number,
  oneOf,
  optional,
  part,
  path,
  secret,
  strings,
  text,
  whole,
} from './adapter-kit/option-readers.ts'
export type { OptionReader } from './adapter-kit/option-readers.ts'
export { exactlyOne, invalid, readOptions } from './adapter-kit/read-options.ts'
export type { OptionTable, Read } from './adapter-kit/read-options.ts'
export { serverUrl, urlText, urlValues } from './adapter-kit/server-url.ts'
export type { ServerUrl, UrlParameter } from './adapter-kit/server-url.ts'
export { nativeCall } from './adapter-kit/native-call.ts'
export { nearest } from './adapter-kit/nearest.ts'
export { packScopes, packVectors, vectorAt } from './adapter-kit/packed-vectors.ts'
export type { PackedVectors } from './adapter-kit/packed-vectors.ts'
export { runInSlices } from './adapter-kit/run-in-slices.ts'
export { serveIndex } from './adapter-kit/serve-index.ts'
export { ThreadedIndex } from './adapter-kit/threaded-index.ts'
export type {
  IndexCalls,
  IndexInThread,
  PackedBatch,
  PackedFound,
  PackedQueries,
  ThreadedIndexFacts,
} from './adapter-kit/threaded-index.ts'
export { withinTime } from './adapter-kit/within-time.ts'
export type { TimeLimit } from './adapter-kit/within-time.ts'
export { answerQuestions, missingFile, WorkerThread } from './adapter-kit/worker-thread.ts'
export type { Question } from './adapter-kit/worker-thread.ts'
