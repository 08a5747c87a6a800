import { importLibrary, invalid, MemoryError, withinTime } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { currentSignal, defaultStatementTimeoutMs } from '@agentmem/sql'
import type { Pool } from 'pg'
import { poolEnd } from './pool-end.ts'
import { fromKysely } from './kysely-sender.ts'
import type { AnyKysely } from './kysely-sender.ts'
import { limitSenders } from './limited-sender.ts'
import { fromPglite } from './pglite-sender.ts'
import type { AnyPglite } from './pglite-sender.ts'
import { fromPool } from './pool-sender.ts'
import type { PostgresAccess } from './postgres-access.ts'
import type { TakeSender } from './sender.ts'
import { accessOf } from './store-access.ts'

const defaultTimeoutMs = 10_000
/** How long after a server's own limit its answer is waited for. */
const graceMs = 1_000

/** The part of the library `pg` that is used: `import pg from 'pg'` has it, and `import * as pg from 'pg'`. */
export interface PgLibrary {
  readonly Pool: typeof Pool
}

/** A pool of `pg`. */
export type PgPool = Pool

/** Connections of its own, which a URL leads to. */
export interface UrlSource {
  readonly url: string
  readonly poolSize: number
  /** Default: the server's. */
  readonly statementTimeoutMs?: number | undefined
  /** See `PostgresStoreOptions`. Default true. */
  readonly prepare?: boolean | undefined
}

/** Where the database is. All but a URL stays its owner's, and is left open. */
export type PostgresSource =
  | UrlSource
  | { readonly pool: Pool; readonly prepare?: boolean | undefined }
  | { readonly db: AnyKysely }
  | { readonly pglite: AnyPglite }
  | { readonly store: Store }

export interface ConnectSettings {
  /** The name of the function that connects, such as `openPostgresStore`: it begins messages. */
  readonly owner: string
  /**
   * How long a call waits for a connection, in milliseconds. Default 10,000. A PGlite has no limit, and the connections
   * of a Store have the Store's.
   */
  readonly acquireTimeoutMs?: number | undefined
  /** The option that sets the number of connections, for messages. Default `poolSize`. */
  readonly sizeOption?: string | undefined
  /** The name under which the server lists the connections of a URL, unless that gives one. Default `agentmem`. */
  readonly applicationName?: string | undefined
  /**
   * How long a statement is waited for, in milliseconds. Default a minute. The connections of a Store have the Store's, and
   * a PGlite none.
   */
  readonly statementTimeoutMs?: number | undefined
  /** Used in place of an import of `pg`, which only a URL needs. */
  readonly lib?: PgLibrary | undefined
}

/**
 * Opens the way to a PostgreSQL database, for a Store or an index. With a Store as the source, connections are the
 * Store's own, transactions take the lock of its log, and its counters count. Throws `NOT_INSTALLED` when `pg` is
 * needed and cannot be loaded, and `INVALID_ARGUMENT` for a Store of another database.
 */
export async function connectPostgres(
  source: PostgresSource,
  settings: ConnectSettings,
): Promise<PostgresAccess> {
  if ('store' in source) return ofStore(source.store, settings.owner)
  const plain = {
    begin: { text: 'begin', statements: 1 },
    counters: { statements: 0, transactions: 0, roundTrips: 0 },
    schema: undefined,
    tablePrefix: '',
    close: async (): Promise<void> => undefined,
  }
  if ('pglite' in source) {
    const { pglite } = source
    await pglite.waitReady
    const take = limitSenders(endingWithCall(fromPglite(pglite)), Infinity)
    return { ...plain, take, single: true, durable: isOnDisk(pglite), shared: false }
  }
  const { take, close = plain.close } =
    'db' in source ? { take: fromKysely(source.db) } : await ofPool(source, settings)
  const limitMs = 'url' in source && source.prepare === false ? source.statementTimeoutMs : undefined
  return {
    ...plain,
    take: limitSenders(within(settings, take), limitOf(source, settings)),
    single: false,
    durable: true,
    shared: true,
    limitMs,
    connections: connectionsOf(source),
    close,
  }
}

function connectionsOf(source: PostgresSource): number | undefined {
  if ('url' in source) return source.poolSize
  if (!('pool' in source)) return undefined
  // A pool of others may be wrapped.
  const { options } = source.pool as { readonly options?: { readonly max?: number } }
  return options?.max
}

function ofStore(store: Store, owner: string): PostgresAccess {
  const access = accessOf(store)
  if (access) return access
  const wanted = 'a store of openPostgresStore or openPgliteStore'
  throw invalid(owner, `needs ${wanted} to join its transactions, not a ${store.name} store`)
}

async function ofPool(
  source: UrlSource | { readonly pool: Pool; readonly prepare?: boolean | undefined },
  settings: ConnectSettings,
): Promise<Pick<PostgresAccess, 'take' | 'close'>> {
  const pool = 'pool' in source ? source.pool : await openPool(source, settings)
  const unlisten = ignoreErrors(pool)
  const end = 'pool' in source ? undefined : poolEnd(pool)
  const close = async (): Promise<void> => {
    // The server may still end connections of a pool that has ended: there the listener stays.
    if (end) await end()
    else unlisten()
  }
  return { take: fromPool(pool, source.prepare ?? true), close }
}

/** How many use each pool: they share one listener, as Node warns of more than ten. */
const users = new WeakMap<Pool, number>()
const ignore = (): void => undefined

/** The pool replaces an idle client that dies; without a listener its error would end the process. Undone by what it returns. */
function ignoreErrors(pool: Pool): () => void {
  const count = users.get(pool) ?? 0
  if (count === 0) pool.on('error', ignore)
  users.set(pool, count + 1)
  let done = false
  return () => {
    if (done) return
    done = true
    const left = (users.get(pool) ?? 1) - 1
    users.set(pool, left)
    if (left === 0) pool.off('error', ignore)
  }
}

async function openPool(
  { url, poolSize, statementTimeoutMs, prepare = true }: UrlSource,
  { acquireTimeoutMs = defaultTimeoutMs, applicationName = 'agentmem', lib }: ConnectSettings,
): Promise<Pool> {
  const pg = await importLibrary<PgLibrary>(() => import('pg'), { name: 'pg', lib })
  const config = {
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: acquireTimeoutMs,
    keepAlive: true,
    fallback_application_name: applicationName,
    // Statements are sent without waiting for those ahead of them.
    pipeline: true,
  }
  return new pg.Pool(
    // A pooler refuses a connection that sets it.
    statementTimeoutMs === undefined || !prepare
      ? config
      : { ...config, statement_timeout: statementTimeoutMs },
  )
}

/** A connection that comes too late goes back to its pool. */
function within(
  { acquireTimeoutMs = defaultTimeoutMs, sizeOption = 'poolSize' }: ConnectSettings,
  take: TakeSender,
): TakeSender {
  const message = (ms: number): string =>
    `No connection was free or could be opened within ${ms} ms; raise ${sizeOption} or acquireTimeoutMs, or see whether the server can be reached.`
  return () =>
    withinTime(acquireTimeoutMs, take, {
      message,
      signal: currentSignal(),
      onLate: sender => sender.release(),
    })
}

/** A connection that comes when its call has ended is given back: nothing is written for one who has gone. */
function endingWithCall(take: TakeSender): TakeSender {
  return async () => {
    const signal = currentSignal()
    const sender = await take()
    if (!signal?.aborted) return sender
    sender.release()
    throw new MemoryError('ABORTED', 'The call was aborted by its signal.', { cause: signal.reason })
  }
}

/** Where the server has the limit too, its answer comes first. */
function limitOf(source: PostgresSource, { statementTimeoutMs }: ConnectSettings): number {
  if (statementTimeoutMs === undefined) return defaultStatementTimeoutMs
  return 'url' in source ? statementTimeoutMs + graceMs : statementTimeoutMs
}

/** The folder of a PGlite tells where its data is; other places, such as a browser's, are named by a scheme. */
function isOnDisk({ dataDir = '' }: AnyPglite): boolean {
  return dataDir !== '' && !dataDir.startsWith('memory://')
}
