import { resolve } from 'node:path'
import { MemoryError } from '@agentmem/core/adapter'
import type { PGlite } from '@electric-sql/pglite'

/** One of `path` and `db` says where the database is. */
export interface PgliteStoreOptions {
  /** The database's folder, made when it is not there; `':memory:'` for one that is gone when it is closed. */
  readonly path?: string | undefined
  /** A PGlite that is there already, and is not closed with the Store. */
  readonly db?: PGlite | undefined
  /** Where the tables are; made when it is not there. Default `public`. */
  readonly schema?: string | undefined
  /** Put before the names of tables and indexes: lower-case letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
}

export interface CheckedOptions {
  readonly source: { readonly path: string | undefined } | { readonly db: PGlite }
  readonly schema: string
  readonly tablePrefix: string
}

const known = ['path', 'db', 'schema', 'tablePrefix']

/** Fills in the defaults; a path of undefined is memory. Throws `INVALID_ARGUMENT`. */
export function checkPgliteOptions(options: PgliteStoreOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { path, db, schema = 'public', tablePrefix = '' } = options
  if ((path === undefined) === (db === undefined)) throw invalid('needs one of path and db')
  if (!/^[a-z_]\w{0,62}$/i.test(schema)) {
    const given = JSON.stringify(schema)
    throw invalid(`has schema: ${given}; give up to 63 letters, digits or '_', no digit first`)
  }
  if (!/^(?:[a-z_][a-z0-9_]{0,31})?$/.test(tablePrefix)) {
    const given = JSON.stringify(tablePrefix)
    throw invalid(
      `has tablePrefix: ${given}; give up to 32 lower-case letters, digits or '_', no digit first`,
    )
  }
  if (db) return { source: { db }, schema, tablePrefix }
  if (typeof path !== 'string' || path === '' || path !== path.trim() || path.includes('\0')) {
    throw invalid(`needs a path, such as 'memories' or ':memory:', not ${JSON.stringify(path)}`)
  }
  return { source: { path: path === ':memory:' ? undefined : resolve(path) }, schema, tablePrefix }
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openPgliteStore ${what}.`)
}
