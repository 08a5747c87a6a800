import type { LoggedChange } from './contracts/change-page.ts'
import type { SignalOptions } from './contracts/progress.ts'
import type { Metadata, Scope } from './contracts/record.ts'
import type { QueryOrder, ScopeValue } from './contracts/store.ts'
import type { Where } from './contracts/where.ts'
import type { MemoryItem, ScopeOptions, TimeInput } from './memory-api.ts'

/** Which memories a call reads. */
export interface CountOptions extends ScopeOptions, SignalOptions {
  /** Only memories that pass. Default: all of the scope. */
  readonly where?: Where | undefined
  /** True: also memories in whose place others are now. Default false. */
  readonly superseded?: boolean | undefined
  /** What held at this time: see `SearchOptions.asOf`. Default: now. */
  readonly asOf?: TimeInput | undefined
  /** True: only what `delete` with `soft` has hidden, which `restore` brings back. Default false. */
  readonly deleted?: boolean | undefined
}

/** The options of `getAll`. */
export interface GetAllOptions extends CountOptions {
  /** Default: `createdAt`, newest first. */
  readonly order?: QueryOrder | undefined
  /** How many at most, 1 to 1,000,000, default 100. */
  readonly topK?: number | undefined
  /**
   * How many to pass over, 0 to 1,000,000, default 0. Pages by offset repeat or miss memories that are written
   * meanwhile; those of `page` do not.
   */
  readonly offset?: number | undefined
}

/** The options of `list`. */
export interface ListOptions extends CountOptions {
  /** Default: `createdAt`, newest first. */
  readonly order?: QueryOrder | undefined
  /** Memories read at a time, 1 to 10,000, default 500. */
  readonly pageSize?: number | undefined
}

/** The options of `recent`. */
export interface RecentOptions extends CountOptions {
  /** How many at most, 1 to 10,000, default 10. */
  readonly limit?: number | undefined
}

/** The options of `page`. */
export interface PageOptions extends CountOptions {
  /** Default: `createdAt`, newest first. It must be the same for all pages. */
  readonly order?: QueryOrder | undefined
  /** How many at most, 1 to 1,000, default 100. */
  readonly limit?: number | undefined
  /** What `next` of the page before was. Default: the first page. */
  readonly after?: string | undefined
}

/** One page of a scope. */
export interface MemoryPage<Meta = Metadata> {
  /** In the order that was asked for. */
  readonly results: MemoryItem<Meta>[]
  /** What to give as `after` for the page behind this one, in this process or another. Undefined on the last page. */
  readonly next: string | undefined
}

/**
 * What the memories of a store are told apart by: who they are about, or a string in their metadata, also by a path array as
 * {@link WherePath} has it, such as `['Größe', 'in.cm']`, or in what they were inferred by, such as `derivation.model`.
 */
export type ScopesBy =
  | 'userId'
  | 'agentId'
  | 'runId'
  | `metadata.${string}`
  | `derivation.${string}`
  | readonly string[]

/** The options of `scopes`. */
export interface ScopesOptions extends CountOptions {
  /** What is listed, each value once. */
  readonly by: ScopesBy
  /** How many values at most, 1 to 10,000, default 1,000. */
  readonly limit?: number | undefined
  /** What `next` of the page before was. Default: the first page. */
  readonly after?: string | undefined
}

/** One page of values. */
export interface ScopesPage {
  /** In order of code points. `updatedAt` is the newest change of a memory of that value, in UTC milliseconds. */
  readonly results: ScopeValue[]
  /** What to give as `after` for the page behind this one. Undefined on the last page. */
  readonly next: string | undefined
}

/** The options of `changes`. */
export interface ChangesOptions extends ScopeOptions, SignalOptions {
  /** The `cursor` of a change, or of the changes that were read last. Default: all that is there. */
  readonly after?: string | undefined
  /** Entries of the log read at a time, 1 to 10,000, default 1,000. */
  readonly pageSize?: number | undefined
}

/** What became of a memory. */
export interface MemoryChange {
  /** The memory's id. */
  readonly id: string
  /** Whose it is, or was; its organization alone where its history was purged with it. */
  readonly scope: Scope
  /**
   * 'added': it is there for the first time. 'updated': it was changed, brought back, or moved to another model. 'deleted':
   * it is gone, or hidden.
   */
  readonly event: LoggedChange['event']
  /** What to give as `after` for what follows, in this process or another. */
  readonly cursor: string
}

/** The changes of a log up to its end, read while they are consumed. */
export interface ChangeFeed extends AsyncIterable<MemoryChange> {
  /**
   * What to give as `after` to go on where the reading has come to. At the end it is past the changes of others too, which the
   * next reading then need not pass over. Undefined before the first change of a feed without `after`.
   */
  readonly cursor: string | undefined
}
