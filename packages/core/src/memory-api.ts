import type { Embedder } from './contracts/embedder.ts'
import type { MemoryError } from './contracts/errors.ts'
import type { Progress, ProgressOptions, SignalOptions } from './contracts/progress.ts'
import type { HistoryEvent, MemoryRecord, Metadata, Scope } from './contracts/record.ts'
import type { Reranker } from './contracts/reranker.ts'
import type { Store } from './contracts/store.ts'
import type { VectorIndex } from './contracts/vector-index.ts'
import type { Where } from './contracts/where.ts'
import type { EmbeddingCacheOptions } from './embedding-cache/cached-embedder.ts'
import type { FollowerOptions, FollowerState } from './follower/follower.ts'
import type { TextOptions, TextState } from './text-index/text-options.ts'

/** What a Memory is made of, and how it goes about its work. */
export interface MemoryOptions {
  readonly store: Store
  /** Index and embedder come together, or neither: without them the memory is searched by words alone. */
  readonly index?: VectorIndex | undefined
  readonly embedder?: Embedder | undefined
  /** Orders what a search has found. */
  readonly reranker?: Reranker | undefined
  /** How texts are searched by their words. */
  readonly text?: TextOptions | undefined
  /** The tenant that this Memory sees, default 'default'. */
  readonly orgId?: string | undefined
  /** The cache of embeddings, on by default: 10,000 entries for an hour. False: none. */
  readonly cache?: MemoryCacheOptions | false | undefined
  /** Whether calls made in one tick, or while a write is under way, share a transaction. Default true. */
  readonly coalesce?: boolean | undefined
  /** How the index follows the Store. */
  readonly follower?: FollowerOptions | undefined
  /** Whether `close`, and an opening that fails, also closes the parts. Default true. */
  readonly closeParts?: boolean | undefined
  /** The clock, in UTC milliseconds. Default `Date.now`, which new ids and the history of deletes take always. */
  readonly now?: (() => number) | undefined
  /**
   * Called once for each flush that failed in the background: the index is behind then, and the flush is tried again.
   * Nothing is lost, and no other call fails for it: searches take from the Store's log what the index lacks. What
   * the function throws is ignored. Default: the error stands in `stats().follower.lastError` alone. It is also told of
   * a reranker that failed.
   */
  readonly onBackgroundError?: ((error: MemoryError) => unknown) | undefined
  /** Told how many of the changes that the index lacks have been read, while the memory opens. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends the opening with `ABORTED`. What the index took in by then need not be read again. */
  readonly signal?: AbortSignal | undefined
}

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
  readonly userId?: string
  readonly agentId?: string
  readonly runId?: string
  readonly scope?: Omit<Scope, 'orgId'> | undefined
}

/**
 * A point in time: a Date, UTC milliseconds, or ISO 8601: a date, which is 00:00 UTC, or a date and a time with a T or a
 * space between them. A time without a zone is UTC.
 */
export type TimeInput = Date | number | string

/** One memory to add, with everything that can be said about it. */
export interface MemoryInput extends ScopeOptions {
  /** 1 to 1,048,576 characters, not only white space. */
  readonly content: string
  readonly metadata?: Metadata | undefined
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
  readonly actorId?: string | undefined
  readonly role?: string | undefined
  /** A vector made elsewhere by the same model; without it the content is embedded. */
  readonly embedding?: Float32Array | readonly number[] | undefined
  /** False: the memory is stored, listed and exported, but not embedded and never found by a search. Default true. */
  readonly index?: boolean | undefined
  /** 1 to 128 characters. Default: a new UUIDv7. What becomes of a memory that has this id already, `onTaken` says; `CONFLICT` when it is of another scope. */
  readonly id?: string | undefined
}

/** A message of a conversation. Its `name`, where there is one, becomes the `actorId`. */
export interface MessageInput {
  readonly role: string
  readonly content: string
  readonly name?: string | undefined
}

/** A text, a message, or a {@link MemoryInput}. */
export type AddInput = string | MessageInput | MemoryInput

/** Defaults for every input of a call, and how the call goes about it. */
export interface AddOptions
  extends Omit<MemoryInput, 'content' | 'embedding' | 'id' | 'index'>, SignalOptions {
  /** Keep one memory for one content in one scope: what is there already is answered with `event: 'NONE'`. */
  readonly dedupe?: boolean | undefined
  /**
   * What becomes of an input whose `id` a memory of its scope has: 'keep' (default) leaves that memory as it is and
   * answers `event: 'NONE'`; 'replace' puts the input in its place, which keeps `createdAt`, and answers 'UPDATE'.
   */
  readonly onTaken?: 'keep' | 'replace' | undefined
}

export interface AddBatchOptions extends AddOptions {
  /** 'throw' (default): all or nothing. 'report': store what can be, and name the rest in `failed`. */
  readonly onError?: 'throw' | 'report' | undefined
}

/** What became of one input. */
export interface ChangedMemory {
  readonly id: string
  readonly memory: string
  /** 'NONE': nothing was written; `id` is that of the memory that was there already. */
  readonly event: HistoryEvent | 'NONE'
  readonly actorId?: string
  readonly role?: string
}

export interface ChangeResult {
  readonly results: ChangedMemory[]
  /** Always empty; there for those who come from mem0. */
  readonly relations: never[]
}

export interface FailedInput {
  readonly index: number
  readonly error: Error
  readonly retryable: boolean
}

export interface AddBatchResult extends ChangeResult {
  /** Always empty: without `onError: 'report'` a failure is thrown and nothing is stored. */
  readonly failed: FailedInput[]
}

export interface AddBatchReport {
  /** Aligned with the inputs; undefined where one failed. */
  readonly results: (ChangedMemory | undefined)[]
  readonly failed: FailedInput[]
  readonly relations: never[]
}

/** A memory as it is read: a record whose content is called `memory`. Times are UTC milliseconds. */
export interface MemoryItem extends Omit<MemoryRecord, 'content' | 'place' | 'indexed' | 'deletedAt'> {
  readonly memory: string
}

/** What to change of a memory; what is left out stays. New content is embedded again. */
export interface MemoryChanges {
  readonly content?: string | undefined
  /** Takes the place of all metadata, unless `metadataMode` is 'merge'. */
  readonly metadata?: Metadata | undefined
  readonly type?: string | undefined
  readonly level?: string | undefined
  readonly importance?: number | undefined
  readonly expiresAt?: TimeInput | null | undefined
  /** The version that the memory must still have; otherwise `CONFLICT`. */
  readonly version?: number | undefined
}

export interface ChangeOptions extends SignalOptions {
  /** Who changes it, for the history. */
  readonly actorId?: string | undefined
}

export interface UpdateOptions extends ChangeOptions {
  /**
   * 'replace' (default): new metadata takes the place of all metadata. 'merge': its keys are put beside those that are
   * there, and in the place of those of the same name, in the transaction of the write; none is lost to another writer.
   */
  readonly metadataMode?: 'replace' | 'merge' | undefined
}

export interface DeleteOptions extends ChangeOptions {
  /** Whether the history of what is named goes too, also of what was deleted earlier. Default false: it stays. */
  readonly purgeHistory?: boolean | undefined
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

export interface ReembedOptions extends ProgressOptions {
  /** Texts embedded and staged at a time, 1 to 10,000. Default: what the embedder takes at a time, or 256. */
  readonly batchSize?: number | undefined
  /**
   * The index that takes the place of the one in use, opened with the new dimensions; needed when they differ. It is
   * filled while the old one serves, so that the switch waits for next to nothing. Not so an index that the Store
   * writes in its own transactions, and the default, the index in use: these are emptied and filled after the
   * switch, and searches wait for that.
   */
  readonly index?: VectorIndex | undefined
}

/** To move a Store to another model without opening it as a Memory, and so without its old model. */
export interface StoreReembedOptions extends Omit<ReembedOptions, 'index'> {
  readonly store: Store
  readonly embedder: Embedder
}

export interface ReembedResult {
  /** Memories that have new vectors; 0 when the Store held vectors of this model already. */
  readonly memories: number
  /** Texts that this call embedded: each text once, and none that an interrupted call had staged. */
  readonly embedded: number
}

export interface CloseOptions {
  /** Whether the index takes in what it lacks before it is closed. Default true. */
  readonly flush?: boolean | undefined
  /** Told how many of the changes that the index lacked it has taken in. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends the wait with `ABORTED`: the parts are told to close, and what they still do is not waited for. */
  readonly signal?: AbortSignal | undefined
}

export interface MemoryStats {
  readonly store: { readonly name: string; readonly [detail: string]: unknown }
  readonly index: { readonly name: string; readonly [detail: string]: unknown }
  readonly embedder: {
    readonly model: string
    readonly dimensions: number
    readonly [detail: string]: unknown
  }
  readonly follower: FollowerState
  /** What is held in memory to search texts by their words. */
  readonly texts: TextState
}
