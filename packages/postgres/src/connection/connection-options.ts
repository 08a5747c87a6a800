import { exactlyOne, invalid, library, optional, part, secret, whole } from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import type { Pool } from 'pg'
import type { PgLibrary, PostgresSource } from './connect-postgres.ts'
import { postgresUrl } from './postgres-url.ts'
import type { AnyKysely } from './kysely-sender.ts'

/** The longest time that a timer and a server's `statement_timeout` can hold. */
const longestMs = 2 ** 31 - 1

/** What a Store and an index on a server have in common in the tables of their options. */
interface ConnectionTable {
  readonly url: OptionReader<string | undefined>
  readonly pool: OptionReader<Pool | undefined>
  readonly db: OptionReader<AnyKysely | undefined>
  readonly acquireTimeoutMs: OptionReader<number>
  readonly statementTimeoutMs: OptionReader<number | undefined>
  readonly lib: OptionReader<PgLibrary | undefined>
}

export const connectionTable: ConnectionTable = {
  url: optional(postgresUrl),
  pool: optional(secret(part<Pool>('a pool of pg', ['connect', 'on', 'off']))),
  db: optional(secret(part<AnyKysely>('a Kysely', ['withoutPlugins']))),
  acquireTimeoutMs: whole(1, longestMs, 10_000),
  statementTimeoutMs: optional(whole(1, longestMs)),
  lib: library<PgLibrary>('pg'),
}

/** The options that say where the database is, and those that a URL has beside it. */
type SourceOptions = Partial<Record<'url' | 'pool' | 'db' | 'pglite' | 'store', unknown>> & {
  readonly poolSize: number
  readonly statementTimeoutMs?: number | undefined
  readonly prepare?: boolean | undefined
}

/** The source that the options name. Throws `INVALID_ARGUMENT` unless it is one. */
export function sourceOf(
  owner: string,
  options: SourceOptions,
  places: readonly ('url' | 'pool' | 'db' | 'pglite' | 'store')[],
): PostgresSource {
  const place = exactlyOne(owner, options, places)
  const { poolSize, statementTimeoutMs, prepare } = options
  const url =
    place === 'url'
      ? { poolSize, statementTimeoutMs, prepare: prepare ?? keepsNames(String(options.url)) }
      : {}
  const beside = place === 'pool' ? { prepare } : url
  return { [place]: options[place], ...beside } as unknown as PostgresSource
}

/** False for the address of a pooler that lends its connections for a transaction, which has no names of statements. */
function keepsNames(url: string): boolean {
  const { hostname, port, searchParams } = new URL(url)
  return (
    searchParams.get('pgbouncer') !== 'true' &&
    !(hostname.endsWith('.pooler.supabase.com') && port === '6543')
  )
}

/** Throws `INVALID_ARGUMENT` when one of these options was given and the source is not a URL: it would have no effect. */
export function refuseBeside(
  owner: string,
  source: PostgresSource,
  given: object,
  names: readonly string[],
): void {
  const [name] = names.filter(name => (given as Record<string, unknown>)[name] !== undefined)
  if ('url' in source || name === undefined) return
  const [place] = Object.keys(source)
  throw invalid(owner, `has ${name}, which goes with a url; set it where the ${place} is made`)
}
