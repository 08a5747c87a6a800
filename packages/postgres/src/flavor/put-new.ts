import { embedderKey } from '@agentmem/core/adapter'
import type { LogSpan } from '@agentmem/core/adapter'
import type { NewRows, Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { CompiledQuery, Kysely, QueryResult, RawBuilder, SqlBool } from 'kysely'
import { SpreadColumns, steppedColumn, stepOf } from './spread-columns.ts'
import type { PlacedColumn } from './spread-columns.ts'
import { arrayOf, typeOfColumn, unnested } from './unnested.ts'

/** Sends a statement in a transaction of its own that has the lock of the log. */
export type RunWhole = (statement: CompiledQuery) => Promise<QueryResult<unknown>>

const uniqueViolation = '23505'
const ref = (name: string): RawBuilder<unknown> => sql.ref(name)
const table = (name: keyof Tables): RawBuilder<unknown> => sql.table(name)

/** Puts rows and their history by one statement, whose text is the same for any number of rows. */
export function putNewBy(
  runWhole: RunWhole,
  isLocked: RawBuilder<SqlBool> = sql<SqlBool>`true`,
): (db: Kysely<Tables>, rows: NewRows) => Promise<LogSpan | undefined> {
  const spreadColumns = new SpreadColumns()
  const compiled = new Map<boolean, CompiledQuery>()
  return async (db, rows) => {
    const { keyed, columns, values, actor = null, embedder = null, plainKey } = rows
    const packed = packVectors(values)
    if (!packed) return undefined
    const { bytes, size } = packed
    const sent = sentColumns(columns)
    if (spreadColumns.takeIn(sent, values)) compiled.clear()
    let statement = compiled.get(keyed)
    if (!statement) compiled.set(keyed, (statement = putStatement(rows, spreadColumns, isLocked).compile(db)))
    const even = sent
      .filter(({ name }) => !spreadColumns.has(name))
      .flatMap(({ name, at }) => (name === steppedColumn ? stepOf(values, at) : [values[0]?.[at]]))
    const arrays = sent
      .filter(({ name }) => spreadColumns.has(name))
      .map(({ name, at }) => arrayOf(name, values, at))
    const first = keyed ? [plainKey, embedder] : [embedder, plainKey]
    const parameters = [...first, ...even, ...arrays, bytes, size, size, actor]
    try {
      const { rows } = await runWhole({ ...statement, parameters })
      const [row] = rows as { after: number; added: number }[]
      return row?.added === values.length ? { after: row.after, upTo: row.after + row.added } : undefined
    } catch (error) {
      if ((error as { code?: unknown }).code === uniqueViolation) return undefined
      throw error
    }
  }
}

/** All columns but the first, the position, which the server gives, and the last, the vector, which is packed. */
function sentColumns(columns: readonly string[]): readonly PlacedColumn[] {
  return columns.map((name, at) => ({ name, at })).slice(1, -1)
}

/**
 * The vectors of all rows, their last column, one behind the other: a server reads and cuts up one value of 1.5 MB a
 * fifth faster than an array of a thousand. Undefined when the vectors differ in length.
 */
function packVectors(
  values: NewRows['values'],
): { readonly bytes: Buffer; readonly size: number } | undefined {
  const vectors = values.map(row => row.at(-1) as Uint8Array)
  const size = vectors[0]?.length ?? 0
  if (vectors.some(({ length }) => length !== size)) return undefined
  return { bytes: Buffer.concat(vectors), size }
}

/**
 * A statement sees the state before it: so one statement reads the end of the log and puts rows behind it. A key that
 * is taken ends the statement, and its transaction with it. The parameters are `plainKey` and the model, in the order
 * in which the text has them, the columns that are not spread, the arrays of the others, the vectors, the size of each
 * vector, twice, and the actor. Large parameters come late: where its buffer has to grow, `pg` copies all that stands
 * before a parameter.
 */
function putStatement(
  { columns, keyed, plainKey }: NewRows,
  spreadColumns: SpreadColumns,
  isLocked: RawBuilder<SqlBool>,
): RawBuilder<unknown> {
  const sent = sentColumns(columns)
  const spread = sent.map(({ name }) => name).filter(name => spreadColumns.has(name))
  const values = sent.map(({ name }) => {
    if (spreadColumns.has(name)) return ref(name)
    const value = sql`${sql.val(null)}::${sql.raw(typeOfColumn(name))}`
    return name === steppedColumn ? sql`${value} + (${ref('n')} - 1) * ${value}` : value
  })
  const size = sql`${sql.val(null)}::int`
  const vector = sql`substring(${sql.val(null)}::bytea from (${ref('n')}::int - 1) * ${size} + 1 for ${size})`
  const written = [
    'id',
    'seq',
    'org_id',
    'user_id',
    'agent_id',
    'run_id',
    'content',
    'actor_id',
    'role',
    'created_at',
  ]
  const names = [...spread, 'n'].map(ref)
  return sql`with ${keyed ? unlessPlain(plainKey) : sql``} ${ref('log')} as materialized (
      select greatest(
        (select coalesce(max(${ref('seq')}), 0) from ${table('memories')}),
        (select coalesce(max(${ref('seq')}), 0) from ${table('tombstones')})
      ) as ${ref('after')} ${keyed ? sql`from ${ref('allowed')}` : sql``} where ${isLocked} and ${isModel}
    ), ${keyed ? sql`` : notePlain(plainKey)} ${ref('added')} as (
      insert into ${table('memories')} (${sql.join(columns.map(ref))})
      select ${ref('after')} + ${ref('n')}, ${sql.join(values)}, ${ref('vector')} from ${ref('log')},
        ${unnested(spread)} with ordinality as ${ref('sent')} (${sql.join(names)}),
        lateral (select ${vector} as ${ref('vector')}) as ${ref('cut')}
      returning ${sql.join(written.map(ref))}
    ), ${ref('recorded')} as (
      insert into ${table('history')} (memory_id, seq, org_id, user_id, agent_id, run_id,
        previous_value, new_value, event, actor_id, role, created_at)
      select id, seq, org_id, user_id, agent_id, run_id,
        null, content, 'ADD', coalesce(${sql.val(null)}::text, actor_id), role, created_at
      from ${ref('added')}
    )
    select ${ref('after')}, (select count(*) from ${ref('added')}) as ${ref('added')} from ${ref('log')}`
}

/** True when the Store's vectors are of the bound model, or no model is bound. */
const model = sql`(select value from ${table('meta')} where key = ${sql.lit(embedderKey)})`
const isModel = sql<SqlBool>`${model} is not distinct from coalesce(${sql.val(null)}::text, ${model})`

/** Adds nothing when the Store has rows without a dedupe key, to which these may have to yield. */
function unlessPlain(plainKey: string): RawBuilder<unknown> {
  return sql`${ref('allowed')} as materialized (
    select 1 where not exists (select from ${table('meta')} where key = ${plainKey})
  ),`
}

/** Notes in `meta` that the Store has rows without a dedupe key. */
function notePlain(plainKey: string): RawBuilder<unknown> {
  return sql`${ref('noted')} as (
    insert into ${table('meta')} (key, value) select ${plainKey}::text, '1' from ${ref('log')}
    on conflict do nothing
  ),`
}
