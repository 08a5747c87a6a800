import type { StoreStats, StoreSupports } from '@agentmem/core/adapter'
import { insertInChunks } from '@agentmem/sql'
import type { ChunkOptions, Flavor, SelfCheck } from '@agentmem/sql'
import { sql } from 'kysely'
import type { SqlBool } from 'kysely'
import { sqliteError } from '../file/sqlite-error.ts'
import { sqliteJson } from './sqlite-json.ts'

/** Measured with rows of 2 kB: 100 is as fast as 200 and 500, 50 a tenth slower. */
const rowsPerStatement = 100

/** Limits of one INSERT, for a database that is not in this process. */
export type ChunkLimits = Omit<ChunkOptions, 'leaveOutTaken'>

/**
 * All pages of the file, and each index against its table: searches go by indexes, and `quick_check` leaves those out. See
 * https://www.sqlite.org/pragma.html#pragma_integrity_check
 */
const selfCheck: SelfCheck = {
  by: 'pragma integrity_check',
  async check(db) {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
    return rows.map(row => row.integrity_check).filter(text => text !== 'ok')
  },
}

/** How SQLite does what databases do differently. `BEGIN IMMEDIATE` already is the lock of the log. */
export function sqliteFlavor(
  name: string,
  supports: StoreSupports,
  limits: ChunkLimits = { rowsPerStatement },
): Flavor {
  return {
    name,
    supports,
    types: {
      key: sql`text`,
      text: sql`text`,
      integer: sql`integer`,
      real: sql`real`,
      bytes: sql`blob`,
    },
    json: sqliteJson,
    clusteredTable: sql`without rowid`,
    partialIndexes: true,
    migrate: (db, work) => db.transaction().execute(work),
    insert: insertInChunks({
      ...limits,
      leaveOutTaken: insert => insert.onConflict(conflict => conflict.doNothing()),
    }),
    isOneOf: (column, values) =>
      sql<SqlBool>`${column} in (select ${sql.ref('value')} from json_each(${JSON.stringify(values)}))`,
    contains: (text, part) => sql<SqlBool>`instr(${text}, ${part}) > 0`,
    errorOf: sqliteError,
    selfCheck,
    async stats(db): Promise<Partial<StoreStats>> {
      const { rows } = await sql<{ bytes: number }>`
        select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`.execute(db)
      return { bytesOnDisk: rows[0]?.bytes ?? 0 }
    },
  }
}
