import { MemoryError } from '@agentmem/core/adapter'
import type { Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'

/** Facts that differ between servers. */
export interface ServerFacts {
  /** Compares text by code point, spaces at the end included. */
  readonly collation: string
  /** The largest message that the server takes, in bytes. A larger one breaks the connection. */
  readonly maxPacketBytes: number
  /** True for a node of a Galera cluster, whose locks keep out nobody on the other nodes. */
  readonly isGalera: boolean
  /** See `Flavor`. */
  readonly lineage: RawBuilder<string | null>
}

/** Values that clients are known to change: into other characters, null, or another type. */
const probe = {
  text: 'a\\\'"\u00e9\u{1f600} ',
  empty: '',
  number: 2 ** 53 - 1,
  bytes: Buffer.from([0, 255, 39]),
}

/**
 * Asks the server for its facts. Throws `SCHEMA` when it is too old, and `INVALID_ARGUMENT` when values do not come back
 * as they were sent, as through a pool whose charset is latin1 or that casts types.
 */
export async function serverFacts(db: Kysely<Tables>): Promise<ServerFacts> {
  const { rows } = await sql<
    Record<string, unknown>
  >`select version() as version, @@max_allowed_packet as packet,
    @@autocommit as autocommit, cast(${probe.text} as char) as text, cast(${probe.empty} as char) as empty,
    char_length(${probe.text}) as length, cast(${probe.number} as signed) as number,
    cast(${probe.bytes} as binary) as bytes`.execute(db)
  const [row = {}] = rows
  const { text, empty, length, number, bytes } = row
  const isSame =
    text === probe.text &&
    empty === '' &&
    length === 7 &&
    number === probe.number &&
    probe.bytes.equals(bytes as Buffer)
  if (!isSame || row['autocommit'] !== 1) {
    throw new MemoryError(
      'INVALID_ARGUMENT',
      'openMysqlStore needs a pool with charset utf8mb4, autocommit, plain numbers and no typeCast; values come back changed through this one.',
    )
  }
  const version = String(row['version'])
  const collation = collationOf(version)
  const isGalera = await isNodeOfGalera(db)
  return {
    collation,
    maxPacketBytes: Number(row['packet']),
    isGalera,
    lineage: lineageOf(isMariadb(version), isGalera),
  }
}

/** Servers that know nothing of Galera answer with no row. */
async function isNodeOfGalera(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ Value: string }>`show variables like 'wsrep_on'`.execute(db)
  return rows[0]?.Value === 'ON'
}

/** The server, which another one takes over from; the cluster, whose nodes have one log. */
function lineageOf(isMariadb: boolean, isGalera: boolean): RawBuilder<string | null> {
  if (!isGalera) return isMariadb ? sql`@@server_uid` : sql`@@server_uuid`
  const status = isMariadb ? sql`information_schema.global_status` : sql`performance_schema.global_status`
  return sql`(select variable_value from ${status} where variable_name = 'wsrep_cluster_state_uuid')`
}

function isMariadb(version: string): boolean {
  return /mariadb/i.test(version)
}

/** MariaDB 10.6 and MySQL 8.0.19 are the first that have all that the Store uses. */
function collationOf(version: string): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(part => Number.parseInt(part, 10))
  const ofMariadb = isMariadb(version)
  const number = major * 10_000 + minor * 100 + patch
  if (number < (ofMariadb ? 100_600 : 80_019)) {
    throw new MemoryError(
      'SCHEMA',
      `The server is version ${version}; agentmem needs MariaDB 10.6 or MySQL 8.0.19, or later.`,
    )
  }
  return ofMariadb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
}
