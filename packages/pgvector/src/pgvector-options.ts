import { MemoryError } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import type { PGlite } from './connect.ts'
import type { Pool } from 'pg'

/** Where the vectors are, one of `url`, `pool`, `pglite` and `store`, and how many numbers each has. */
export interface PgvectorIndexOptions {
  /** Such as `postgres://user@host/database`. The index follows the Store's log. */
  readonly url?: string | undefined
  /** A pool of `pg` that is open and stays its owner's. The index follows the Store's log. */
  readonly pool?: Pool | undefined
  /** A PGlite with the extension `vector`, open, which stays its owner's. The index follows the Store's log. */
  readonly pglite?: PGlite | undefined
  /**
   * A Store of `openPostgresStore` or `openPgliteStore`: its own transactions then write the vectors too. It must
   * stay open as long as the index, which does not close it.
   */
  readonly store?: Store | undefined
  readonly dimensions: number
  /** The schema of the tables, made when it is not there. Default: the Store's, or the first of the search path. */
  readonly schema?: string | undefined
  /** Put before the names of tables: letters, digits, `_`. Default: the Store's, or ''. */
  readonly tablePrefix?: string | undefined
  /** Connections opened for `url`. Default 4. */
  readonly connections?: number | undefined
  /** Links of a vector to its neighbours in the graph, twice as many on the lowest level. Default 16. */
  readonly m?: number | undefined
  /** Candidates looked at when a vector is linked: higher finds better neighbours and builds slower. Default 64. */
  readonly efConstruction?: number | undefined
  /** Candidates a search keeps: higher finds more of the true neighbours and is slower. Default 200. */
  readonly efSearch?: number | undefined
  /** Scopes of up to so many vectors are scanned exactly; an index no larger has no graph. Default 5,000. */
  readonly exactUpTo?: number | undefined
}

/** The names of the options that say where the vectors are. */
export type PlaceName = 'url' | 'pool' | 'pglite' | 'store'

export interface CheckedOptions extends Pick<PgvectorIndexOptions, PlaceName | 'schema' | 'tablePrefix'> {
  readonly dimensions: number
  readonly connections: number
  readonly m: number
  readonly efConstruction: number
  readonly efSearch: number
  readonly exactUpTo: number
}

/** The bounds of pgvector (https://github.com/pgvector/pgvector#hnsw) and the defaults. */
const numbers = {
  // Past 2,000 the graph is built over half-precision copies, which go up to 4,000.
  dimensions: { least: 1, most: 4_000, preset: undefined },
  connections: { least: 1, most: 100, preset: 4 },
  m: { least: 2, most: 100, preset: 16 },
  efConstruction: { least: 4, most: 1_000, preset: 64 },
  efSearch: { least: 1, most: 1_000, preset: 200 },
  exactUpTo: { least: 0, most: 10_000_000, preset: 5_000 },
} as const

const places: readonly PlaceName[] = ['url', 'pool', 'pglite', 'store']
const known = [...places, 'schema', 'tablePrefix', ...Object.keys(numbers)]

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function checkOptions(options: PgvectorIndexOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const given = places.filter(place => options[place] !== undefined)
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ')
    throw invalid(`needs one of ${places.join(', ')}, and was given ${found}`)
  }
  const { url, pool, pglite, store, schema, tablePrefix } = options
  // The value is not shown: it may hold a password.
  if (url !== undefined && (typeof url !== 'string' || !/^postgres(ql)?:\/\//.test(url))) {
    throw invalid("needs a url that begins with 'postgres://'")
  }
  checkName('schema', schema, /^[A-Za-z_]\w{0,62}$/)
  checkName('tablePrefix', tablePrefix, /^(?:[A-Za-z_]\w{0,31})?$/)
  const number = (name: keyof typeof numbers): number => {
    const { least, most, preset } = numbers[name]
    const value: unknown = options[name] ?? preset
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw invalid(`has ${name}: ${String(value)}; give a whole number from ${least} to ${most}`)
  }
  const checked = {
    url,
    pool,
    pglite,
    store,
    schema,
    tablePrefix,
    dimensions: number('dimensions'),
    connections: number('connections'),
    m: number('m'),
    efConstruction: number('efConstruction'),
    efSearch: number('efSearch'),
    exactUpTo: number('exactUpTo'),
  }
  if (checked.efConstruction < 2 * checked.m) {
    throw invalid(
      `has efConstruction: ${checked.efConstruction}; pgvector needs at least twice m, which is ${checked.m}`,
    )
  }
  return checked
}

function checkName(option: string, value: string | undefined, pattern: RegExp): void {
  if (value === undefined || (typeof value === 'string' && pattern.test(value))) return
  throw invalid(`has ${option}: ${JSON.stringify(value)}; give letters, digits or '_', no digit first`)
}

export function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openPgvectorIndex ${what}.`)
}
