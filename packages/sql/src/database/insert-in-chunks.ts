import { sql } from 'kysely'
import type { CompiledQuery, InsertQueryBuilder, InsertResult, Transaction } from 'kysely'
import type { Flavor, Rows } from './flavor.ts'
import type { Tables } from './tables.ts'

/** An insert of rows into a list of columns, before and after it says what to do when a key is taken. */
export type BulkInsert = InsertQueryBuilder<Tables, keyof Tables, InsertResult>

export interface ChunkOptions {
  /** Rows of one statement. No number is best for every database: measure it. */
  readonly rowsPerStatement: number
  /** Values of one statement at most. Default: no limit. */
  readonly parametersPerStatement?: number | undefined
  /** Bytes of values in one statement at most, unless one row alone has more. Default: no limit. */
  readonly bytesPerStatement?: number | undefined
  /** Makes the insert leave out the rows whose unique keys are taken. */
  readonly leaveOutTaken: (insert: BulkInsert) => BulkInsert
}

/** Statements that are kept compiled; past it all are forgotten. */
const mostCompiled = 500

/**
 * Makes a `Flavor.insert` of multi-row statements. Kysely compiles the statement once for each number of rows, since
 * its builder takes longer over a thousand rows than a database does; later inserts only bind values. A column that is null in
 * every row is left out: most columns of most rows are, and each value has its price.
 */
export function insertInChunks({
  rowsPerStatement,
  parametersPerStatement = Infinity,
  bytesPerStatement = Infinity,
  leaveOutTaken,
}: ChunkOptions): Flavor['insert'] {
  const compiled = new Map<string, CompiledQuery>()

  const statement = (
    tx: Transaction<Tables>,
    table: Rows['table'],
    columns: Rows['columns'],
    rows: number,
  ): CompiledQuery => {
    const key = `${table} ${rows} ${columns.join(' ')}`
    const known = compiled.get(key)
    if (known) return known
    if (compiled.size >= mostCompiled) compiled.clear()
    const row = sql`(${sql.join(columns.map(() => sql.val(null)))})`
    const values = sql`values ${sql.join(Array.from({ length: rows }, () => row))}`
    const insert = tx.insertInto<keyof Tables>(table).columns(columns as never[])
    const made = leaveOutTaken(insert.expression(values as never)).compile()
    compiled.set(key, made)
    return made
  }

  return async (tx, { table, columns, values }) => {
    const places = usedPlaces(columns, values)
    const used = places.map(place => columns[place]) as Rows['columns']
    const most = Math.max(1, Math.floor(parametersPerStatement / places.length))
    const maxRows = Math.min(rowsPerStatement, most)
    let added = 0n
    for (let start = 0; start < values.length;) {
      const [parameters, size] = nextChunk(values, places, start, maxRows, bytesPerStatement)
      const result = await tx.executeQuery({ ...statement(tx, table, used, size), parameters })
      added += result.numAffectedRows ?? 0n
      start += size
    }
    return Number(added)
  }
}

/** The places of the columns that are not null in every row; of all where each is. Loops: a single add pays for closures. */
function usedPlaces(columns: Rows['columns'], values: Rows['values']): readonly number[] {
  const used: number[] = []
  for (let place = 0; place < columns.length; place++) {
    for (const row of values) {
      if ((row[place] ?? null) === null) continue
      used.push(place)
      break
    }
  }
  return used.length > 0 ? used : [...columns.keys()]
}

/** The values at `places` for one statement, from the row at `start` on, and the number of their rows. */
function nextChunk(
  rows: Rows['values'],
  places: readonly number[],
  start: number,
  maxRows: number,
  maxBytes: number,
): [parameters: unknown[], size: number] {
  const parameters: unknown[] = []
  let [size, bytes] = [0, 0]
  for (; size < maxRows; size++) {
    const row = rows[start + size]
    if (row === undefined) break
    if (maxBytes !== Infinity) bytes += places.reduce((sum, place) => sum + bytesOf(row[place]), 0)
    if (size > 0 && bytes > maxBytes) break
    for (const place of places) parameters.push(row[place])
  }
  return [parameters, size]
}

/** The bytes that a value takes up on its way, at most: 3 bytes of UTF-8 for a character of JavaScript. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 3 + 8
  return value instanceof Uint8Array ? value.byteLength + 8 : 16
}
