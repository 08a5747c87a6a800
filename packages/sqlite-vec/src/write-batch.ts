import { MemoryError, packVector, scopeKey } from '@agentmem/core/adapter'
import type { IndexEntry, LogBatch, Scope } from '@agentmem/core/adapter'
import { placesPerScope } from './layout.ts'
import type { Layout } from './layout.ts'

/** A statement to be run; its rows, where there are any, are handed back to the generator. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

type Row = Readonly<Record<string, unknown>>
/** Statements of one transaction, whoever runs them: a worker at once, or the Store's connection in its turn. */
export type Statements<Result> = Generator<Statement, Result, readonly Row[]>

/** So that few statements are prepared, each with at most 300 parameters. */
const rowsPerStatement = 100

/**
 * Moves the cursor and writes the vectors. Returns false, and writes nothing, when the batch says where the
 * cursor must stand and it stands elsewhere.
 */
export function* writeBatch(
  layout: Layout,
  { upserts, deletes, cursor, after, slot }: LogBatch,
): Statements<boolean> {
  const { state, vectors } = layout
  const found = yield { sql: `select cursor from ${state}`, parameters: [] }
  if (after !== undefined && found[0]?.['cursor'] !== after) return false
  checkDimensions(layout, upserts)
  yield { sql: `update ${state} set cursor = ?, slot = ?`, parameters: [cursor, slot ?? null] }
  const ids = [...deletes, ...upserts.map(({ id }) => id)]
  if (ids.length > 0) {
    const sql = `delete from ${vectors} where id in (select value from json_each(?))`
    yield { sql, parameters: [JSON.stringify(ids)] }
  }
  const rows: unknown[][] = []
  for (const entries of byScope(upserts)) {
    const first = yield* nextPlace(layout, entries)
    for (const [i, { id, vector }] of entries.entries()) {
      rows.push([first + i, id, packVector(vector)])
    }
  }
  // In the order of their places, which is that of the table.
  rows.sort(([a], [b]) => Number(a) - Number(b))
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const chunk = rows.slice(start, start + rowsPerStatement)
    const values = chunk.map(() => '(?, ?, ?)').join(', ')
    yield { sql: `insert into ${vectors} values ${values}`, parameters: chunk.flat() }
  }
  return true
}

/** The parts in the order of the columns of the table of scopes. */
function partsOf({ orgId, userId = '', agentId = '', runId = '' }: Scope): string[] {
  return [orgId, userId, agentId, runId]
}

function byScope(entries: readonly IndexEntry[]): Iterable<IndexEntry[]> {
  const groups = new Map<string, IndexEntry[]>()
  for (const entry of entries) {
    const key = scopeKey(entry.scope)
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  return groups.values()
}

/** The first of as many free places of the entries' scope as there are entries. */
function* nextPlace({ scopes, vectors }: Layout, entries: readonly IndexEntry[]): Statements<number> {
  const parts = entries[0] ? partsOf(entries[0].scope) : []
  const where = 'org_id = ? and user_id = ? and agent_id = ? and run_id = ?'
  const last = `(select max(place) from ${vectors} where place >= s.no * ${placesPerScope} and place < (s.no + 1) * ${placesPerScope})`
  const select = { sql: `select no, ${last} as last from ${scopes} s where ${where}`, parameters: parts }
  let [scope] = yield select
  if (!scope) {
    const insert = `insert into ${scopes} (org_id, user_id, agent_id, run_id) values (?, ?, ?, ?)`
    yield { sql: insert, parameters: parts }
    ;[scope] = yield select
  }
  const start = Number(scope?.['no']) * placesPerScope
  const first = scope?.['last'] === null ? start : Number(scope?.['last']) + 1
  if (!(first + entries.length <= start + placesPerScope)) {
    throw new MemoryError(
      'UNSUPPORTED',
      `A scope of the sqlite-vec index has places for ${placesPerScope} vectors, and they are used up.`,
    )
  }
  return first
}

/** Vectors of a Store's transaction have passed no guard of this index, and SQLite takes a blob of any length. */
function checkDimensions({ vectors, dimensions }: Layout, upserts: readonly IndexEntry[]): void {
  const wrong = upserts.find(({ vector }) => vector.length !== dimensions)
  if (!wrong) return
  throw new MemoryError(
    'INVALID_ARGUMENT',
    `The vector of '${wrong.id}' has ${wrong.vector.length} dimensions, those of the index in ${vectors} have ${dimensions}; use one embedding model.`,
  )
}
