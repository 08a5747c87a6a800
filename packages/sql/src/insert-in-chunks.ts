import { sql } from 'kysely'
import type { CompiledQuery, InsertQueryBuilder, InsertResult, Transaction } from 'kysely'
import type { Flavor, Rows } from './flavor.ts'
import type { Tables } from './tables.ts'

/** What an insert of rows from a list of columns is made of, before and after it says what to do with taken keys. */
export type BulkInsert = InsertQueryBuilder<Tables, keyof Tables, InsertResult>

export interface ChunkOptions {
  /** Rows of one statement. A default that serves every database is not known: measure it. */
  readonly rowsPerStatement: number
  /** Makes the insert leave out the rows whose unique keys are taken. */
  readonly leaveOutTaken: (insert: BulkInsert) => BulkInsert
}

/**
 * A `Flavor.insert` of multi-row statements. Kysely compiles the statement for a number of rows once;
 * from then on only values are bound, as its builder takes longer over a thousand rows than a database does.
 */
export function insertInChunks({ rowsPerStatement, leaveOutTaken }: ChunkOptions): Flavor['insert'] {
  const compiled = new Map<string, CompiledQuery>()

  const statement = (tx: Transaction<Tables>, { table, columns }: Rows, rows: number): CompiledQuery => {
    const key = `${table} ${rows}`
    const known = compiled.get(key)
    if (known) return known
    const row = sql`(${sql.join(columns.map(() => sql.val(null)))})`
    const values = sql`values ${sql.join(Array.from({ length: rows }, () => row))}`
    const insert = tx.insertInto<keyof Tables>(table).columns(columns as never[])
    const made = leaveOutTaken(insert.expression(values as never)).compile()
    compiled.set(key, made)
    return made
  }

  return async (tx, rows) => {
    let added = 0n
    for (let start = 0; start < rows.values.length; start += rowsPerStatement) {
      const chunk = rows.values.slice(start, start + rowsPerStatement)
      const parameters: unknown[] = []
      for (const values of chunk) for (const value of values) parameters.push(value)
      const result = await tx.executeQuery({ ...statement(tx, rows, chunk.length), parameters })
      added += result.numAffectedRows ?? 0n
    }
    return Number(added)
  }
}
