import { MemoryError } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { databaseOf } from '@agentmem/sql'
import { CompiledQuery, Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import type { PGliteDialectConfig, QueryResult } from 'kysely'
import type { Pool } from 'pg'
import { invalid } from './pgvector-options.ts'
import type { CheckedOptions } from './pgvector-options.ts'

/** Any PGlite: https://pglite.dev */
export type PGlite = Exclude<PGliteDialectConfig['pglite'], (...args: never[]) => unknown>

/** Anything statements can be sent to: a database, one of its connections, or a transaction. */
export type Sender = Pick<Kysely<never>, 'executeQuery'>

/** A database that is open, whoever opened it. */
export interface Connected {
  readonly db: Kysely<never>
  /** True where one connection does everything, one statement after the other. */
  readonly single: boolean
  readonly durable: boolean
  readonly shared: boolean
  /** Before the names of tables, from the Store. */
  readonly tablePrefix: string
  readonly schema: string | undefined
  /** Closes what was opened here. */
  close(): Promise<void>
}

export async function connect(options: CheckedOptions): Promise<Connected> {
  const { url, pool, pglite, store, connections } = options
  if (store) return ofStore(store)
  const own = { tablePrefix: '', schema: undefined }
  if (pglite) {
    const db = new Kysely<never>({ dialect: new PGliteDialect({ pglite }) })
    const { dataDir = '' } = pglite as { dataDir?: string }
    const durable = dataDir !== '' && !dataDir.startsWith('memory://')
    return { ...own, db, single: true, durable, shared: false, close: async () => undefined }
  }
  const opened = pool ? undefined : await openPool(url ?? '', connections)
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool: pool ?? (opened as Pool) }) })
  const close = async (): Promise<void> => opened?.end()
  return { ...own, db, single: false, durable: true, shared: true, close }
}

/** Sends one statement; returns its rows. */
export async function send<Row>(
  to: Sender,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const { rows }: QueryResult<Row> = await to.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))
  return rows
}

function ofStore(store: Store): Connected {
  const database = databaseOf(store)
  if (!database || !['postgres', 'pglite'].includes(database.flavor.name)) {
    const wanted = 'a store of openPostgresStore or openPgliteStore'
    throw invalid(`needs ${wanted} to join its transactions, not a ${store.name} store`)
  }
  const { durable, multiProcess } = store.supports
  return {
    db: database.writer.withoutPlugins() as unknown as Kysely<never>,
    single: database.flavor.name === 'pglite',
    durable,
    shared: multiProcess,
    tablePrefix: database.tablePrefix ?? '',
    schema: database.schema,
    close: async () => undefined,
  }
}

async function openPool(url: string, connections: number): Promise<Pool> {
  try {
    const { default: pg } = await import('pg')
    const pool = new pg.Pool({
      connectionString: url,
      max: connections,
      application_name: 'agentmem-pgvector',
    })
    // An idle connection that dies is replaced by the next call; unheard, its error would end the process.
    pool.on('error', () => undefined)
    return pool
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new MemoryError('NOT_INSTALLED', 'pg is not installed. Run: npm install pg', { cause: error })
  }
}
