import type { MemoryErrorCode, MemoryItem, PendingMessage, Scope } from '@agentmem/core'

/** What the page shows around everything else. */
export interface About {
  /** What the memory is called, such as the address of its Store. */
  readonly label: string
  /** The organization, and the scope that the memory is bound to. */
  readonly bound: Scope
  /** True: the page offers nothing that changes a memory. */
  readonly readOnly: boolean
}

/** A memory as a list has it. */
export interface ListedMemory extends MemoryItem {
  /** How many characters the text has, where `memory` is only the beginning of it. Absent where it is whole. */
  readonly length?: number | undefined
}

/** The memories that were changed last, of everybody. */
export interface RecentChanges {
  /** The newest change first. */
  readonly results: ListedMemory[]
  /** True: there are more users, agents or runs than were looked at, and one of the others may have newer ones. */
  readonly partial: boolean
}

/** One page of the messages that the intelligent mode has still to do. */
export interface PendingAnswer {
  readonly results: (ListedMemory & PendingMessage)[]
  /** What to give as `after` for the page behind this one. Absent on the last page. */
  readonly next?: string | undefined
}

/** An error, as every call answers it. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: MemoryErrorCode
    readonly message: string
    /** Whether the same call may succeed later, unchanged. */
    readonly retryable: boolean
  }
}

/** What a page gets for the token: a cookie, which it cannot read, and this, which it sends along with each call. */
export interface SessionAnswer {
  readonly key: string
}
