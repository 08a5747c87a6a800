import type { Kysely } from 'kysely'
import type { Flavor } from './flavor.ts'
import type { Tables } from './tables.ts'

/** What names in a database are made with. */
export interface Names {
  /** Before the name of each table, index and constraint. */
  readonly prefix: string
  readonly schema: string | undefined
}

/** One step from a layout of the tables to the next. There is no way back. */
export interface Migration {
  /** The version of the layout once this step is done: 1 more than before. */
  readonly version: number
  /** `db` puts prefix and schema before table names; names of indexes and constraints need them put. */
  readonly up: (db: Kysely<Tables>, flavor: Flavor, names: Names) => Promise<void>
}
