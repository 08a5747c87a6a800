import { exactlyOne, identifier, library, optional, part, path, readOptions } from '@agentmem/core/adapter'
import type { PGlite } from '@electric-sql/pglite'

/** The part of the library that is used: `import * as pglite from '@electric-sql/pglite'`. */
export interface PgliteLibrary {
  readonly PGlite: typeof PGlite
}

/** One of `path` and `db` says where the database is. */
export interface PgliteStoreOptions {
  /** The database's folder, made when it is not there; `':memory:'` for one that is gone when it is closed. */
  readonly path?: string | undefined
  /** A PGlite that is there already, and is not closed with the Store. */
  readonly db?: PGlite | undefined
  /** The schema of the tables, made when it is not there. Default `public`. */
  readonly schema?: string | undefined
  /** Put before the names of tables and indexes: lower-case letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
  /** The library `@electric-sql/pglite`, loaded: used in place of an import, as bundlers need it. Only a `path` needs it. */
  readonly lib?: PgliteLibrary | undefined
}

/** The options, read, with their defaults. Without `db`, a path of undefined is memory. */
export interface PgliteStoreSettings {
  readonly path: string | undefined
  readonly db: PGlite | undefined
  readonly schema: string
  readonly tablePrefix: string
  readonly lib: PgliteLibrary | undefined
}

export const owner = 'openPgliteStore'

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function readPgliteOptions(given: PgliteStoreOptions): PgliteStoreSettings {
  const options = readOptions(owner, given, {
    path: optional(path('memories', { inMemory: true })),
    db: optional(part<PGlite>('a PGlite', ['execProtocolRaw', '_runExclusiveTransaction'])),
    schema: identifier(63, 'public'),
    tablePrefix: identifier(32, '', { lowerCase: true }),
    lib: library<PgliteLibrary>('@electric-sql/pglite'),
  })
  exactlyOne(owner, options, ['path', 'db'])
  return { ...options, path: options.path === ':memory:' ? undefined : options.path }
}
