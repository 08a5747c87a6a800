import type { Kysely } from 'kysely'
import type { Flavor } from './flavor.ts'

/** One step from a layout of the tables to the next. There is no way back. */
export interface Migration {
  /** The version of the layout once this step is done: 1 more than before. */
  readonly version: number
  /** `db` puts the prefix before table names; names of indexes and constraints need it put. */
  readonly up: (db: Kysely<unknown>, flavor: Flavor, prefix: string) => Promise<void>
}
