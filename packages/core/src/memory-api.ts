import type { ConsolidationOptions } from './consolidate-api.ts'
import type { Embedder } from './contracts/embedder.ts'
import type { MemoryError } from './contracts/errors.ts'
import type { Extractor } from './contracts/extractor.ts'
import type { Progress, SignalOptions } from './contracts/progress.ts'
import type { MetadataInput } from './contracts/metadata.ts'
import type { HistoryEvent, MemoryRecord, Metadata, OwnScope } from './contracts/record.ts'
import type { Reranker } from './contracts/reranker.ts'
import type { Store } from './contracts/store.ts'
import type { VectorIndex } from './contracts/vector-index.ts'
import type { Where } from './contracts/where.ts'
import type { EmbeddingCacheOptions } from './embedding-cache/cached-embedder.ts'
import type { InferOptions } from './infer-api.ts'
import type { FollowerOptions } from './follower/follower.ts'
import type { TextOptions } from './text-index/text-options.ts'

/** What a Memory is made of, and how it goes about its work. */
export interface MemoryOptions {
  /** Keeps the memories: what an `open...Store()` returns, or a `MapStore`. */
  readonly store: Store
  /**
   * Finds the nearest vectors. Default: none. Index and embedder come together, or neither: without them the memory is
   * searched by words alone.
   */
  readonly index?: VectorIndex | undefined
  /** Makes the vectors. Default: none, together with `index`. */
  readonly embedder?: Embedder | undefined
  /** Orders what a search has found. Default: none. */
  readonly reranker?: Reranker | undefined
  /** Makes memories of messages that are added with `infer`. Default: none. */
  readonly extractor?: Extractor | undefined
  /** How it goes about that. Default: as each of its options says. */
  readonly infer?: InferOptions | undefined
  /** How `consolidate` draws insights from facts. Default: as each of its options says. */
  readonly consolidation?: ConsolidationOptions | undefined
  /** How texts are searched by their words. Default: as each of its options says. */
  readonly text?: TextOptions | undefined
  /**
   * Whether the memories that searches return count it: their `accessCount` goes up, and `lastAccessedAt` is that time. It is
   * written every 5 seconds and at `close`, in which a memory counts once, and changes nothing else: no version, no history.
   * Default false.
   */
  readonly access?: boolean | undefined
  /** The tenant that this Memory sees, default 'default'. */
  readonly orgId?: string | undefined
  /** The cache of embeddings, on by default: 10,000 entries for an hour. False: none. */
  readonly cache?: MemoryCacheOptions | false | undefined
  /** Whether calls made in one tick, or while a write is under way, share a transaction. Default true. */
  readonly coalesce?: boolean | undefined
  /** How the index follows the Store. Default: as each of its options says. */
  readonly follower?: FollowerOptions | undefined
  /** Whether `close`, and an opening that fails, also closes the parts. Default true. */
  readonly closeParts?: boolean | undefined
  /** The clock, in UTC milliseconds. Default `Date.now`, which new ids and the history of deletes take always. */
  readonly now?: (() => number) | undefined
  /**
   * Called once for each flush that failed in the background: the index is behind then, and the flush is tried again.
   * Nothing is lost, and no other call fails for it: searches take from the Store's log what the index lacks. What
   * the function throws is ignored. Default: the error stands in `stats().follower.lastError` alone. It is also told of
   * a reranker that failed, and of accesses that could not be counted.
   */
  readonly onBackgroundError?: ((error: MemoryError) => unknown) | undefined
  /** Told how many of the changes that the index lacks have been read, while the memory opens. Default: nobody is. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends the opening with `ABORTED`. What the index took in by then need not be read again. */
  readonly signal?: AbortSignal | undefined
}

/** How embeddings are cached, beside what `EmbeddingCacheOptions` has. */
export interface MemoryCacheOptions extends EmbeddingCacheOptions {
  /**
   * Also take vectors from the Store: a text that it holds with a vector of the model is not embedded again. Texts
   * are found that were added with this option on; it costs an index in the Store. Default false.
   */
  readonly store?: boolean | undefined
}

/**
 * Whom a call is about. The parts may also be given together, as `scope`. A part that is left out means everyone; one
 * that is undefined or null is refused.
 */
export interface ScopeOptions {
  /** The user whose it is: 1 to 255 characters. Default: everyone. */
  readonly userId?: string
  /** The agent that it is for: 1 to 255 characters. Default: everyone. */
  readonly agentId?: string
  /** The run, such as a conversation, that it belongs to: 1 to 255 characters. Default: everyone. */
  readonly runId?: string
  /** The same parts in one object. Default: none. */
  readonly scope?: OwnScope | undefined
}

/**
 * A point in time: a Date, UTC milliseconds, or ISO 8601: a date, which is 00:00 UTC, or a date and a time with a T or a
 * space between them. A time without a zone is UTC.
 */
export type TimeInput = Date | number | string

/** One memory to add, with everything that can be said about it. */
export interface MemoryInput<Meta = MetadataInput> extends ScopeOptions {
  /** 1 to 1,048,576 characters, not only white space. */
  readonly content: string
  /** A plain object of JSON, of at most 262,144 characters and 31 levels. Default: {}. */
  readonly metadata?: Meta | undefined
  /** Default 'episodic'. */
  readonly type?: string | undefined
  /** Default 'normal'. */
  readonly level?: string | undefined
  /** 0 to 1, default 0.5. */
  readonly importance?: number | undefined
  /** Default: now. */
  readonly createdAt?: TimeInput | undefined
  /** After this time no call returns the memory. Default: never. */
  readonly expiresAt?: TimeInput | null | undefined
  /** Who said it, such as the name of a user: 1 to 255 characters. Default: nobody. */
  readonly actorId?: string | undefined
  /** The role of who said it, such as 'user' or 'assistant'. Default: none. */
  readonly role?: string | undefined
  /** A vector made elsewhere by the same model. Default: the content is embedded. */
  readonly embedding?: Float32Array | readonly number[] | undefined
  /** False: the memory is stored, listed and exported, but not embedded and never found by a search. Default true. */
  readonly index?: boolean | undefined
  /**
   * 1 to 128 characters, other than `@`, 16 characters and `:` at the beginning. Default: a new UUIDv7. What becomes of a memory
   * of the organization that has this id already, `onTaken` says; `CONFLICT` when it is of another scope.
   */
  readonly id?: string | undefined
}

/** A message of a conversation. Its `name`, where there is one, becomes the `actorId`. */
export interface MessageInput {
  /** Such as 'user' or 'assistant'. */
  readonly role: string
  /** What was said: 1 to 1,048,576 characters, not only white space. */
  readonly content: string
  /** Who said it. Default: nobody. */
  readonly name?: string | undefined
}

/** A text, a message, or a {@link MemoryInput}. */
export type AddInput<Meta = MetadataInput> = string | MessageInput | MemoryInput<Meta>

/** Defaults for every input of a call, and how the call goes about it. */
export interface AddOptions<Meta = MetadataInput>
  extends Omit<MemoryInput<Meta>, 'content' | 'embedding' | 'id' | 'index'>, SignalOptions {
  /** Keep one memory for one content in one scope: what is there already is answered with `event: 'NONE'`. */
  readonly dedupe?: boolean | undefined
  /**
   * What becomes of an input whose `id` a memory of its scope has: 'keep' (default) leaves that memory as it is and
   * answers `event: 'NONE'`; 'replace' puts the input in its place, which keeps `createdAt`, and answers 'UPDATE'.
   */
  readonly onTaken?: 'keep' | 'replace' | undefined
  /** True makes memories of what is said: see `InferAddOptions`. Default false. */
  readonly infer?: false | undefined
}

/** The options of `addBatch`. */
export interface AddBatchOptions<Meta = MetadataInput> extends AddOptions<Meta> {
  /** 'throw' (default): all or nothing. 'report': store what can be, and name the rest in `failed`. */
  readonly onError?: 'throw' | 'report' | undefined
}

/** What became of one input. */
export interface ChangedMemory {
  /** The id of the memory, under which it is read, changed and deleted. */
  readonly id: string
  /** Its text. */
  readonly memory: string
  /** 'NONE': nothing was written; `id` is that of the memory that was there already. */
  readonly event: HistoryEvent | 'NONE'
  /** Who said it; absent where nobody was named. */
  readonly actorId?: string
  /** The role of who said it; absent where there is none. */
  readonly role?: string
}

/** What a call has changed. */
export interface ChangeResult {
  /** One entry an input, in their order. */
  readonly results: ChangedMemory[]
  /** Always empty; there for those who come from mem0. */
  readonly relations: never[]
}

/** An input that was not stored, with `onError: 'report'`. */
export interface FailedInput {
  /** Where it stands in the batch, from 0. */
  readonly index: number
  /** Why: a `MemoryError`. */
  readonly error: Error
  /** Whether the same input may be stored later, unchanged. */
  readonly retryable: boolean
}

/** What `addBatch` has stored. */
export interface AddBatchResult extends ChangeResult {
  /** Always empty: without `onError: 'report'` a failure is thrown and nothing is stored. */
  readonly failed: FailedInput[]
}

/** What `addBatch` with `onError: 'report'` has stored, and what it could not. */
export interface AddBatchReport {
  /** Aligned with the inputs; undefined where one failed. */
  readonly results: (ChangedMemory | undefined)[]
  /** Those that failed, in the order of the inputs. */
  readonly failed: FailedInput[]
  /** Always empty; there for those who come from mem0. */
  readonly relations: never[]
}

/** A memory as it is read: a record whose content is called `memory`. Times are UTC milliseconds. */
export interface MemoryItem<Meta = Metadata> extends Omit<
  MemoryRecord,
  'content' | 'place' | 'indexed' | 'deletedAt' | 'metadata'
> {
  /** Its text. */
  readonly memory: string
  /** What was attached to it; {} for nothing. */
  readonly metadata: Meta
}

/** What to change of a memory; what is left out stays. New content is embedded again. */
export interface MemoryChanges<Meta = MetadataInput> {
  /** New text, 1 to 1,048,576 characters. Default: it stays. */
  readonly content?: string | undefined
  /** Takes the place of all metadata, unless `metadataMode` is 'merge'. Default: it stays. */
  readonly metadata?: Meta | undefined
  /** Such as `semantic`: 1 to 255 characters. Default: it stays. */
  readonly type?: string | undefined
  /** Such as `high`: 1 to 255 characters. Default: it stays. */
  readonly level?: string | undefined
  /** 0 to 1. Default: it stays. */
  readonly importance?: number | undefined
  /** After this time no call returns the memory; null: never. Default: it stays. */
  readonly expiresAt?: TimeInput | null | undefined
  /** The version that the memory must still have; otherwise `CONFLICT`. Default: any. */
  readonly version?: number | undefined
}

/** What every call that changes memories takes. */
export interface ChangeOptions extends SignalOptions {
  /** Who changes it, for the history. Default: who said it. */
  readonly actorId?: string | undefined
}

/** The options of `update` and `updateBatch`. */
export interface UpdateOptions extends ChangeOptions {
  /**
   * 'replace' (default): new metadata takes the place of all metadata. 'merge': its keys are put beside those that are
   * there, and in the place of those of the same name, in the transaction of the write; none is lost to another writer.
   */
  readonly metadataMode?: 'replace' | 'merge' | undefined
}

/** The options of the calls that delete. */
export interface DeleteOptions extends ChangeOptions {
  /** Whether the history of what is named goes too, also of what was deleted earlier. Default false: it stays. */
  readonly purgeHistory?: boolean | undefined
  /**
   * What becomes of memories that a model made of what is deleted, with `infer: true`. True, the default: a fact that no other
   * message says goes in the same transaction, and so does an insight that was made of one that goes; a fact that others say
   * stays. What such a fact took the place of is in force again, unless it goes too; with `soft` it stays behind. False: all of
   * them stay.
   */
  readonly cascade?: boolean | undefined
}

/** How memories are deleted that are named by their ids. */
export interface DeleteByIdOptions extends DeleteOptions {
  /**
   * True: the memory is hidden, and `restore` brings it back. No call finds it meanwhile, but for those that ask for
   * `deleted`, and `deleteAll`, `purgeExpired` and `reset` remove it like any other. False, the default: it is removed.
   */
  readonly soft?: boolean | undefined
}

/** Whose memories are deleted, and which of them. */
export interface DeleteScope extends ScopeOptions {
  /** Only those that pass; default all. Undefined is refused, so that a filter that is missing deletes nothing. */
  readonly where?: Where
}
