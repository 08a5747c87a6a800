import { identifier, invalid, optional, part, readOptions, whole } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { connectionTable, sourceOf } from '@agentmem/postgres/connection'
import type { AnyKysely, AnyPglite, PgLibrary, PgPool, PostgresSource } from '@agentmem/postgres/connection'

/** Where the vectors are, one of `url`, `pool`, `db`, `pglite` and `store`, and how many numbers each has. */
export interface PgvectorIndexOptions {
  /** Such as `postgres://user@host/database`. The index follows the Store's log. */
  readonly url?: string | undefined
  /** A pool of `pg` that is open and stays its owner's. The index follows the Store's log. */
  readonly pool?: PgPool | undefined
  /** A Kysely on its `PostgresDialect` with `pg`, which stays its owner's. Its plugins are left out. */
  readonly db?: AnyKysely | undefined
  /** A PGlite with the extension `vector`, open, which stays its owner's. The index follows the Store's log. */
  readonly pglite?: AnyPglite | undefined
  /**
   * A Store of `openPostgresStore` or `openPgliteStore`: its own transactions then write the vectors too. It must
   * stay open as long as the index, which does not close it.
   */
  readonly store?: Store | undefined
  /** Numbers in a vector, 1 to 4,000. */
  readonly dimensions: number
  /** The schema of the tables, made when it is not there. Default: the Store's, or the first of the search path. */
  readonly schema?: string | undefined
  /** Put before the names of tables: letters, digits, `_`. Default: the Store's, or ''. */
  readonly tablePrefix?: string | undefined
  /** Connections of a `url`, opened when needed, and how many queries of a search run at once. Default 4. */
  readonly connections?: number | undefined
  /** How long a call over `url`, `pool` or `db` waits for a connection, in milliseconds, before `TIMEOUT`. Default 10,000. */
  readonly acquireTimeoutMs?: number | undefined
  /**
   * How long a statement over `url`, `pool` or `db` may take, in milliseconds, before `TIMEOUT`. Its connection is then
   * dropped, and the server told to end it. Over a `url` it is the server's limit as well. Building the graph and
   * `optimize()` have no limit. Default 60,000, and for the server its own.
   */
  readonly statementTimeoutMs?: number | undefined
  /** Links of a vector to its neighbours in the graph, twice as many on the lowest level. Default 16. */
  readonly m?: number | undefined
  /** Candidates looked at when a vector is linked: higher finds better neighbours and builds slower. Default 64. */
  readonly efConstruction?: number | undefined
  /** Candidates a search keeps: higher finds more of the true neighbours and is slower. Default 800. */
  readonly efSearch?: number | undefined
  /** A scope of up to this many vectors is scanned exactly; an index no larger has no graph. Default 5,000. */
  readonly exactUpTo?: number | undefined
  /** The library `pg`, loaded: used in place of an import, as bundlers need it. Only a `url` needs it. */
  readonly lib?: PgLibrary | undefined
}

/** The options, read, with their defaults. */
export interface PgvectorSettings {
  readonly source: PostgresSource
  readonly store: Store | undefined
  readonly acquireTimeoutMs: number
  readonly statementTimeoutMs: number | undefined
  readonly lib: PgLibrary | undefined
  readonly schema: string | undefined
  readonly tablePrefix: string | undefined
  readonly dimensions: number
  readonly connections: number
  readonly m: number
  readonly efConstruction: number
  readonly efSearch: number
  readonly exactUpTo: number
}

export const owner = 'openPgvectorIndex'

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. The bounds are pgvector's: https://github.com/pgvector/pgvector#hnsw */
export function readPgvectorOptions(given: PgvectorIndexOptions): PgvectorSettings {
  const options = readOptions(owner, given, {
    ...connectionTable,
    pglite: optional(part<AnyPglite>('a PGlite', ['execProtocolRaw', '_runExclusiveTransaction'])),
    store: optional(part<Store>('a Store', ['put', 'changes'])),
    schema: optional(identifier(63)),
    tablePrefix: optional(identifier(32, '')),
    // Past 2,000 the graph is built over half-precision copies, which go up to 4,000.
    dimensions: whole(1, 4_000),
    connections: whole(1, 100, 4),
    m: whole(2, 100, 16),
    efConstruction: whole(4, 1_000, 64),
    efSearch: whole(1, 1_000, 800),
    exactUpTo: whole(0, 10_000_000, 5_000),
  })
  const { m, efConstruction } = options
  const places = ['url', 'pool', 'db', 'pglite', 'store'] as const
  const source = sourceOf(owner, { ...options, poolSize: options.connections }, places)
  for (const name of ['acquireTimeoutMs', 'statementTimeoutMs'] as const) {
    if (given[name] !== undefined && (options.pglite || options.store))
      throw invalid(owner, `has ${name}, which goes with url, pool and db`)
  }
  if (efConstruction < 2 * m) {
    throw invalid(
      owner,
      `has efConstruction: ${efConstruction}; pgvector needs at least twice m, which is ${m}`,
    )
  }
  return { ...options, source }
}
