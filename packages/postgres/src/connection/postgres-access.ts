import type { ConnectionContext } from './postgres-connection.ts'
import type { TakeSender } from './sender.ts'

/** An open database, opened here or elsewhere. */
export interface PostgresAccess extends Omit<ConnectionContext, 'named'> {
  /** Takes a connection; throws `TIMEOUT` past the limit, and the driver's errors as they are. */
  readonly take: TakeSender
  /** True when the data outlives the process. */
  readonly durable: boolean
  /** True when several processes may have the data open. */
  readonly shared: boolean
  /** The schema and the prefix of the Store's tables, where the source is a Store; otherwise undefined and ''. */
  readonly schema: string | undefined
  readonly tablePrefix: string
  /** The limit of a statement in milliseconds, where each transaction must set it by itself; otherwise undefined. */
  readonly limitMs?: number | undefined
  /** How many connections there may be at one time, where that is known. */
  readonly connections?: number | undefined
  /** Closes what was opened here, and only that. */
  readonly close: () => Promise<void>
}
