import type { SignalOptions } from './contracts/progress.ts'
import type { Where } from './contracts/where.ts'
import type { ScopeOptions, TimeInput } from './memory-api.ts'

/** The rule of `expire`: all of it must hold, and there must be some. */
export interface ExpireOptions extends ScopeOptions, SignalOptions {
  /** Only memories that pass. Default: any. */
  readonly where?: Where | undefined
  /** Only memories whose `createdAt` is before this time. Default: of any time. */
  readonly olderThan?: TimeInput | undefined
  /** Only memories whose importance is less, 0 to 1. Default: of any importance. */
  readonly importanceBelow?: number | undefined
  /** True: also memories in whose place others are now. Default false. */
  readonly superseded?: boolean | undefined
  /** How many at most, the oldest first, 1 to 100,000, default 10,000. */
  readonly limit?: number | undefined
  /** True: nothing is written; the result says what would be. Default false. */
  readonly dryRun?: boolean | undefined
  /** Who does it, for the history. Default: who said each. */
  readonly actorId?: string | undefined
}

/** What `expire` has ended, or would. */
export interface ExpireResult {
  /** How many memories. */
  readonly expired: number
  /** Their ids, the oldest first. */
  readonly ids: string[]
  /** True when `limit` left others that the rule names. */
  readonly more: boolean
}
