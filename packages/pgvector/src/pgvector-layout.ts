import { MemoryError } from '@agentmem/core/adapter'
import type { PostgresDriver } from '@agentmem/postgres/connection'
import { send } from './send.ts'
import type { Executor } from './send.ts'

const format = 1
/** Past it pgvector's graph cannot hold 32-bit numbers: https://github.com/pgvector/pgvector#hnsw */
const mostSingle = 2_000
/** With vectors up to here a row fits into a page, ids and all. */
const mostInRow = 1_700

/** The names of the tables, as statements have them, and how vectors are compared by the graph. */
export interface Layout {
  readonly dimensions: number
  readonly schema: string | undefined
  /** One row: format, dimensions, the cursor and the slot. */
  readonly state: string
  readonly vectors: string
  /** Without the schema, which an index takes from its table. */
  readonly graphName: string
  readonly graph: string
  /** What the graph is built over. */
  readonly ranked: string
  /** The type of what is looked for in the graph. */
  readonly rankedType: string
  readonly rankedOperators: string
}

export function layoutOf(schema: string | undefined, prefix: string, dimensions: number): Layout {
  const named = (name: string): string => (schema === undefined ? `"${name}"` : `"${schema}"."${name}"`)
  const half = dimensions > mostSingle
  const rankedType = `${half ? 'halfvec' : 'vector'}(${dimensions})`
  const graphName = `${prefix}vectors_hnsw`
  return {
    dimensions,
    schema,
    state: named(`${prefix}vector_state`),
    vectors: named(`${prefix}vectors`),
    graphName: `"${graphName}"`,
    graph: named(graphName),
    ranked: half ? `(vector::${rankedType})` : 'vector',
    rankedType,
    rankedOperators: half ? 'halfvec_ip_ops' : 'vector_ip_ops',
  }
}

/** The server's pgvector. */
export interface Extension {
  /** Such as '0.8.1'. */
  readonly version: string
  /** The id of the type `vector`, which binary arrays carry. */
  readonly typeId: number
  /** True when a search of the graph continues until it has enough of a scope: from 0.8 on. */
  readonly iterates: boolean
}

/** Makes the extension and the tables where they are missing. Throws when tables of these names hold something else. */
export function prepareTables(driver: PostgresDriver, layout: Layout): Promise<Extension> {
  return driver.transaction(async tx => {
    // When several open at once, one makes the tables.
    await send(tx, `select pg_advisory_xact_lock(hashtext($1))::text`, [`agentmem ${layout.vectors}`])
    const extension = await prepareExtension(tx)
    const { dimensions, schema, state, vectors } = layout
    // A statement that changes a table waits for a graph that is being built, and every search waits behind it.
    if (await isMade(tx, layout)) {
      await checkState(tx, layout)
      await addSlot(tx, layout)
      return extension
    }
    const key = 'text collate "C"'
    const statements = [
      ...(schema === undefined ? [] : [`create schema if not exists "${schema}"`]),
      `create table if not exists ${state} (
        one integer primary key check (one = 1),
        format integer not null, dimensions integer not null, cursor bigint not null, slot text
      )`,
      `create table if not exists ${vectors} (
        id ${key} primary key, org_id ${key} not null, user_id ${key}, agent_id ${key}, run_id ${key},
        vector vector(${dimensions}) not null
      )`,
      `alter table ${vectors} alter column vector set storage ${dimensions > mostInRow ? 'external' : 'plain'}`,
      ...['user_id', 'agent_id', 'run_id'].map(
        part =>
          `create index if not exists ${indexName(layout, part)} on ${vectors} (${part}) where ${part} is not null`,
      ),
      `insert into ${state} values (1, ${format}, ${dimensions}, 0, null) on conflict do nothing`,
    ]
    for (const statement of statements) await send(tx, statement)
    await checkState(tx, layout)
    return extension
  })
}

async function isMade(tx: Executor, { state, vectors }: Layout): Promise<boolean> {
  const text = 'select (to_regclass($1) is not null and to_regclass($2) is not null)::text as made'
  const [row] = await send<{ made: string }>(tx, text, [state, vectors])
  return row?.made === 'true'
}

/** Tables of earlier versions lack the column. */
async function addSlot(tx: Executor, { state }: Layout): Promise<void> {
  const text = `select from pg_attribute where attrelid = $1::regclass and attname = 'slot'`
  const held = await send(tx, text, [state])
  if (held.length === 0) await send(tx, `alter table ${state} add column if not exists slot text`)
}

function indexName({ graphName }: Layout, part: string): string {
  return graphName.replace('hnsw', part)
}

async function prepareExtension(tx: Executor): Promise<Extension> {
  const installed = `select extversion as release, t.oid::text as type
    from pg_extension e join pg_type t on t.typname = 'vector' and t.typnamespace = e.extnamespace
    where extname = 'vector'`
  let [row] = await send<{ release: string; type: string }>(tx, installed)
  if (!row) {
    const available = await send(tx, `select from pg_available_extensions where name = 'vector'`)
    if (available.length === 0) throw await notInstalled(tx)
    await send(tx, 'create extension if not exists vector')
    ;[row] = await send<{ release: string; type: string }>(tx, installed)
  }
  const { release: version = '0', type = '0' } = row ?? {}
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return { version, typeId: Number(type), iterates: major > 0 || minor >= 8 }
}

async function notInstalled(tx: Executor): Promise<MemoryError> {
  const [row] = await send<{ release: string }>(tx, `select current_setting('server_version_num') as release`)
  const major = Math.floor(Number(row?.release) / 10_000)
  return new MemoryError(
    'NOT_INSTALLED',
    `The PostgreSQL server has no extension 'vector'. On its machine run: apt-get install postgresql-${major}-pgvector (or see https://github.com/pgvector/pgvector#installation). For PGlite: npm install @electric-sql/pglite-pgvector, and PGlite.create({ extensions: { vector } }).`,
  )
}

async function checkState(tx: Executor, { state, vectors, dimensions }: Layout): Promise<void> {
  const [held] = await send<{ format: number; dimensions: number }>(
    tx,
    `select format, dimensions from ${state}`,
  )
  if (held?.format !== format) {
    throw new MemoryError(
      'SCHEMA',
      `The table ${state} has format ${held?.format}, this version knows ${format}; choose another tablePrefix.`,
    )
  }
  if (held.dimensions !== dimensions) {
    throw new MemoryError(
      'MODEL_MISMATCH',
      `The table ${vectors} holds vectors of ${held.dimensions} dimensions, not ${dimensions}; open it with the first model, choose another tablePrefix, or run: drop table ${vectors}, ${state}`,
    )
  }
}
