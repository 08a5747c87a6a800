/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What a user attaches to a memory: a plain JSON object. */
export type Metadata = { readonly [key: string]: Json }

/**
 * The owner of a memory. As a filter, a missing part matches every value. On a record, a missing part is stored as
 * null and matches only filters that leave it out.
 */
export interface Scope {
  /** The tenant. Bound once, when the Memory is opened. */
  readonly orgId: string
  /** The user: 1 to 255 characters. Default: see `Scope`. */
  readonly userId?: string | undefined
  /** The agent: 1 to 255 characters. Default: see `Scope`. */
  readonly agentId?: string | undefined
  /** The run, such as a conversation: 1 to 255 characters. Default: see `Scope`. */
  readonly runId?: string | undefined
}

/** Whose memories, within a tenant. */
export type OwnScope = Omit<Scope, 'orgId'>

/**
 * The name of a memory: its id and the scope of its owner. A memory outside that scope does not exist for this key.
 */
export interface Key extends Scope {
  /** Any well-formed string of 1 to 146 characters. Unique in a Store, whatever the organization: see `storedId`. */
  readonly id: string
}

/** Who wrote a memory. */
export type Origin = 'caller' | 'model'

/** What a model made a memory of. */
export interface Derivation {
  /** The run that made it, by which it can be undone: 1 to 128 characters. */
  readonly batch: string
  /** The ids of the memories that say it, the newest last, 100 at most. */
  readonly sources: readonly string[]
  /** How many memories have said it so far. */
  readonly seen: number
  /** What made it, and the version of its instructions. */
  readonly model: string
  /** Anything else that is known of how it was made. */
  readonly [detail: string]: Json
}

/** One memory as it is stored, without its vector. Times are UTC milliseconds since 1970. */
export interface MemoryRecord extends Pick<Key, 'orgId' | 'id'> {
  /** The user of its scope; null for none. */
  readonly userId: string | null
  /** The agent of its scope; null for none. */
  readonly agentId: string | null
  /** The run, such as a conversation of its scope; null for none. */
  readonly runId: string | null
  /** Its text: 1 to 1,048,576 characters. */
  readonly content: string
  /** SHA-256 of the content's UTF-8, as 64 hexadecimal digits. */
  readonly hash: string
  /** What was attached to it. */
  readonly metadata: Metadata
  /** Default 'episodic'. */
  readonly type: string
  /** Default 'normal'. */
  readonly level: string
  /** 0 to 1, default 0.5. */
  readonly importance: number
  /** How often it was used, as whoever writes it counts. */
  readonly accessCount: number
  /** When it was used last; null: never. */
  readonly lastAccessedAt: number | null
  /** When it was made, as the caller says, or when it was added. */
  readonly createdAt: number
  /** When it was changed last; at first the same as `createdAt`. */
  readonly updatedAt: number
  /**
   * Its place in the call or file that brought it, from 0: records of one time keep their order by it. It stays when
   * the record is changed.
   */
  readonly place: number
  /** Whether searches find it while it is current. See `isSearched`. Default true. */
  readonly indexed: boolean
  /**
   * After this time no call finds the memory; it can still be deleted, and its history can be read. Null: never.
   */
  readonly expiresAt: number | null
  /** 1 when added, one more with each change. */
  readonly version: number
  /** Who added it; null where nobody was named. */
  readonly createdBy: string | null
  /** Who changed it last; null where nobody was named. */
  readonly updatedBy: string | null
  /** Since when what it says holds. Null: it was not said, and `createdAt` counts. */
  readonly validFrom: number | null
  /** Until when what it says held. Null: it still does, or it is not known when it ended. */
  readonly validTo: number | null
  /**
   * The id of the memory that took its place. Null, the default: none did. One that was superseded stays readable, and
   * no search finds it unless it asks for the past.
   */
  readonly supersededBy: string | null
  /** Who wrote it: 'caller' (default), or 'model' for what was inferred from other memories. */
  readonly origin: Origin
  /** What it was inferred from, and how. Null for what a caller wrote. */
  readonly derivation: Derivation | null
  /** When it was hidden. Null, the default: it is not. What is hidden no call finds, until it is restored. */
  readonly deletedAt: number | null
  /** Who said it, such as a user's name. */
  readonly actorId: string | null
  /** The role of the actor, such as 'user' or 'assistant'. */
  readonly role: string | null
}

/** Everything that a Store keeps of one memory. */
export interface StoredRecord extends MemoryRecord {
  /** Unit length, of the Store's dimension. Null: none was made. */
  readonly vector: Float32Array | null
  /** When set, no two records of a Store may hold the same value: see `dedupeKey()`. */
  readonly dedupeKey: string | null
  /**
   * True when the Store's model made the vector from the content, so that the vector may be used again for another
   * record with that content. The Store keeps an index by hash for such records. False, the default, costs nothing,
   * and is what a record without a vector has.
   */
  readonly reusable?: boolean | undefined
}

/**
 * What can happen to a memory. `SUPERSEDE`: another took its place. `RESTORE`: it was hidden or superseded, and is current
 * again.
 */
export const historyEvents = ['ADD', 'UPDATE', 'DELETE', 'SUPERSEDE', 'RESTORE'] as const

/** One of {@link historyEvents}. */
export type HistoryEvent = (typeof historyEvents)[number]

/** One change of one memory. */
export interface HistoryEntry {
  /** Names the entry in its Store. */
  readonly id: string
  /** The memory that was changed. */
  readonly memoryId: string
  /** Whose it was then. */
  readonly scope: Scope
  /** The text before; null for `ADD`. */
  readonly previousValue: string | null
  /** The text after; null for `DELETE`. */
  readonly newValue: string | null
  /** What happened. */
  readonly event: HistoryEvent
  /** Who did it; null where nobody was named. */
  readonly actorId: string | null
  /** The role of who said it; null for none. */
  readonly role: string | null
  /** When it happened, in UTC milliseconds. */
  readonly createdAt: number
  /** The id of the memory that took its place, with the event `SUPERSEDE`; null elsewhere. */
  readonly successorId: string | null
}

/** True for a record that is in force: nothing took its place, and it is not hidden. */
export function isCurrent(record: Pick<MemoryRecord, 'supersededBy' | 'deletedAt'>): boolean {
  return record.supersededBy === null && record.deletedAt === null
}

/** True for a record that searches find: indexed, and current. */
export function isSearched(record: Pick<MemoryRecord, 'indexed' | 'supersededBy' | 'deletedAt'>): boolean {
  return record.indexed && isCurrent(record)
}

/** The fields of a record that say whose it is. */
type RecordScope = Pick<MemoryRecord, 'orgId' | 'userId' | 'agentId' | 'runId'>

/** Returns the scope of a record, without absent parts. */
export function scopeOf(record: RecordScope): Scope {
  return {
    orgId: record.orgId,
    userId: record.userId ?? undefined,
    agentId: record.agentId ?? undefined,
    runId: record.runId ?? undefined,
  }
}

/** True when `filter` lets a record or an index entry of `scope` through. */
export function inScope(scope: Scope | RecordScope, filter: Scope): boolean {
  return (
    scope.orgId === filter.orgId &&
    (filter.userId === undefined || filter.userId === scope.userId) &&
    (filter.agentId === undefined || filter.agentId === scope.agentId) &&
    (filter.runId === undefined || filter.runId === scope.runId)
  )
}
