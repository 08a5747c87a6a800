import type { CallOptions, LogSpan } from './log.ts'
import type { HistoryEntry, Key, MemoryRecord } from './record.ts'
import type { WhereNode } from './where.ts'

export interface WriteOptions extends CallOptions {
  /** Who writes, for the history; default: the record's own actor. */
  readonly actor?: string | undefined
}

/** Options of writes with vectors. */
export interface VectorWriteOptions extends WriteOptions {
  /**
   * The model of the vectors, as the meta entry `embedder` names it. The Store compares the two in the write's own
   * transaction. If they differ, nothing is written and `MODEL_MISMATCH` is thrown. Default: not compared.
   */
  readonly embedder?: string | undefined
}

export interface PutOptions extends VectorWriteOptions {
  /**
   * What becomes of a record whose id is taken in its own scope: 'keep' (default) leaves the stored one as it is,
   * 'replace' puts the new one in its place.
   */
  readonly onTaken?: 'keep' | 'replace' | undefined
  /**
   * What happened to records before, oldest first, by their ids: it is written in the place of the `ADD` that they would
   * get, under their scope and ids of its own. Of a record that is not written none is. Not with 'replace'.
   */
  readonly history?: ReadonlyMap<string, readonly HistoryEntry[]> | undefined
}

export interface DeleteOptions extends WriteOptions {
  /**
   * Also deletes the history of what is named, a key or a scope, including that of memories deleted earlier, and writes
   * none. Default false.
   */
  readonly purgeHistory?: boolean | undefined
  /**
   * True, the default: with what is deleted goes, in the same transaction, what was made of it (`derivation`) and of nothing
   * that stays, and what was made of that. An `insight` goes with any of its sources, other memories lose the source alone.
   * A memory of another user or agent never goes along. What such a memory stood in the place of is in force again, unless
   * it goes too. False: what was made of it stays as it is, and still counts it among its sources.
   */
  readonly cascade?: boolean | undefined
}

export interface DeleteAllOptions extends DeleteOptions {
  /** Only what passes; `purgeHistory` then goes for the history of these records. As `parseWhere` returns it. */
  readonly where?: WhereNode | undefined
}

export interface WriteReceipt {
  /** Undefined when the Store does not know the span; readers then read the log. */
  readonly span?: LogSpan | undefined
}

export interface PutReceipt extends WriteReceipt {
  /**
   * Maps the id of each record that was not written to the id of the stored record in its place: the same id if
   * that id was taken, another id if the dedupe key was. Usually empty.
   */
  readonly duplicates: ReadonlyMap<string, string>
  /** The version that each replaced record has now, by its id. Undefined when none was replaced. */
  readonly replaced?: ReadonlyMap<string, number> | undefined
}

/** A change of one record. Fields that `set` leaves out stay as they are. */
export interface Patch {
  readonly key: Key
  readonly set: Partial<
    Pick<
      MemoryRecord,
      | 'content'
      | 'hash'
      | 'metadata'
      | 'type'
      | 'level'
      | 'importance'
      | 'indexed'
      | 'validTo'
      | 'supersededBy'
      | 'derivation'
      | 'deletedAt'
      | 'expiresAt'
      | 'accessCount'
      | 'lastAccessedAt'
    >
  >
  /**
   * True: the keys of `set.metadata` are put beside those that the record has, and in the place of those of the same
   * name. False, the default: they take the place of all metadata.
   */
  readonly mergeMetadata?: boolean | undefined
  /** Required with new content, and allowed only with it. Null: none was made, and the old one is dropped. */
  readonly vector?: Float32Array | null | undefined
  /** Used with a vector: see `StoredRecord.reusable`. Default false. */
  readonly reusable?: boolean | undefined
  /** Used with new content. Only a record that has a dedupe key already takes it over. */
  readonly dedupeKey?: string | undefined
  readonly updatedAt: number
  /** The version that the record must have. Otherwise nothing of the batch is written and `CONFLICT` is thrown. */
  readonly expectVersion?: number | undefined
  /**
   * True: if the record does not exist, nothing of the batch is written and `NOT_FOUND` is thrown. False, the
   * default: `missing` has its id.
   */
  readonly mustExist?: boolean | undefined
}

export interface ChangeReceipt extends WriteReceipt {
  /** Ids of records that do not exist; nothing was written for them. */
  readonly missing: readonly string[]
}
