import { embedderKey } from '@agentmem/core/adapter'
import type { StoreStats } from '@agentmem/core/adapter'
import { insertInChunks, isOfOwner, tableNames } from '@agentmem/sql'
import type { BuriedTable, Flavor, LogState, Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Kysely, SqlBool, Transaction } from 'kysely'
import { migrateAlone } from './migrate-alone.ts'
import { isMigrationRace, isPassing, mysqlError } from './mysql-error.ts'
import { mysqlJson } from './mysql-json.ts'
import { isOneOf, longestList } from './one-of.ts'
import { selfCheck } from './self-check.ts'
import type { ServerFacts } from './server-facts.ts'

/** Measured with rows of 2 kB: 100 and 200 are alike, 25 a fifth and 1,000 a half slower. */
const rowsPerStatement = 100
/** The row of `meta` that writers lock: the version of the layout, there since the first migration. */
const lockedKey = 'agentmem:schema'
/** The row of `meta` that the writers of a cluster change. */
const turnKey = 'agentmem:turn'

/** What MySQL and MariaDB do in their own way. */
export function mysqlFlavor(facts: ServerFacts, tablePrefix: string): Flavor {
  const { collation, maxPacketBytes, isGalera, lineage } = facts
  const characters = sql`character set utf8mb4 collate ${sql.raw(collation)}`
  const key = sql`varchar(255) ${characters}`
  const text = sql`longtext ${characters}`
  return {
    name: 'mysql',
    supports: Object.freeze({ durable: true, multiProcess: true, concurrentWrites: 1 }),
    types: { key, text, integer: sql`bigint`, real: sql`double`, bytes: sql`longblob` },
    json: mysqlJson(collation),
    partialIndexes: false,
    sortsEachPage: true,
    ddlCommits: true,
    ...(isGalera ? { lockLog: takeTurn } : { lockLog, takeLog, tryLock }),
    indexes: indexesOf,
    migrate: (db, work) => migrateAlone(db, work, { isGalera }),
    insert: insertInChunks({
      rowsPerStatement,
      // What a statement has beside its values is small.
      bytesPerStatement: maxPacketBytes * 0.9,
      leaveOutTaken: insert => insert.ignore(),
    }),
    longestList,
    isOneOf,
    deleteBuried,
    contains: (text, part) => sql<SqlBool>`instr(${text}, ${part}) > 0`,
    isPassing,
    errorOf: mysqlError,
    selfCheck,
    isMigrationRace,
    lineage,
    stats: db => sizeOf(db, tablePrefix),
  }
}

/**
 * Locks the one row that is always there. A transaction that waits for it continues when the other has committed, and
 * InnoDB makes a commit visible before it releases the locks: so positions become visible in order.
 */
async function lockLog(tx: Transaction<Tables>): Promise<void> {
  await tx.selectFrom('meta').select('key').where('key', '=', lockedKey).forUpdate().execute()
}

/** True where the row can be locked at once. */
async function tryLock(db: Kysely<Tables>): Promise<boolean> {
  try {
    await db.selectFrom('meta').select('key').where('key', '=', lockedKey).forUpdate().noWait().execute()
    return true
  } catch (error) {
    // MySQL and MariaDB name it differently.
    const { code } = Object(error) as { code?: unknown }
    if (code === 'ER_LOCK_NOWAIT' || code === 'ER_LOCK_WAIT_TIMEOUT') return false
    throw error
  }
}

/**
 * Changes one row, before anything else of the transaction. On a cluster a lock is of one node, but of two transactions that
 * change one row the second to commit is refused, and tried again behind the first.
 */
async function takeTurn(tx: Transaction<Tables>): Promise<void> {
  await sql`insert into ${sql.table('meta')} (${sql.ref('key')}, ${sql.ref('value')}) values (${turnKey}, '1')
    on duplicate key update ${sql.ref('value')} = ${sql.ref('value')} + 1`.execute(tx)
}

/**
 * Locks that row and reads the state of the log by one statement. The subqueries name the locked row, so that they run
 * once it is locked. They see what is committed then, since a locking read takes no snapshot before it.
 */
async function takeLog(tx: Transaction<Tables>, plainKey: string): Promise<LogState> {
  const isLocked = sql<SqlBool>`${sql.ref('locked.key')} is not null`
  const metaValue = (key: string) =>
    tx.selectFrom('meta as asked').select('value').where(isLocked).where('asked.key', '=', key)
  const row = await tx
    .selectFrom('meta as locked')
    .select(eb => [
      eb
        .selectFrom('memories')
        .select('seq')
        .where(isLocked)
        .orderBy('seq', 'desc')
        .limit(sql.lit(1))
        .as('live'),
      eb
        .selectFrom('tombstones')
        .select('seq')
        .where(isLocked)
        .orderBy('seq', 'desc')
        .limit(sql.lit(1))
        .as('gone'),
      eb.selectFrom('pending').select('seq').where(isLocked).limit(sql.lit(1)).as('waiting'),
      eb.selectFrom('memory_sources').select('memory_id').where(isLocked).limit(sql.lit(1)).as('source'),
      metaValue(plainKey).as('plain'),
      metaValue(embedderKey).as('embedder'),
    ])
    .where('locked.key', '=', lockedKey)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return {
    head: Math.max(row.live ?? 0, row.gone ?? 0),
    hasPlain: row.plain !== null,
    hasPending: row.waiting !== null,
    hasSources: row.source !== null,
    embedder: row.embedder ?? undefined,
  }
}

/** Deletes by a join: a delete by a subquery reads the whole table on MariaDB before 11.1. */
async function deleteBuried(tx: Transaction<Tables>, after: number, table: BuriedTable): Promise<void> {
  if (table === 'history') {
    await tx
      .deleteFrom('history')
      .using('history')
      .innerJoin('tombstones', 'tombstones.id', 'history.memory_id')
      .innerJoin('memories', 'memories.id', 'history.memory_id')
      .where('tombstones.seq', '>', after)
      .where(isOfOwner())
      .execute()
    return
  }
  if (table !== 'memories') {
    await tx
      .deleteFrom(table)
      .using(table)
      .innerJoin('tombstones', 'tombstones.id', `${table}.memory_id`)
      .where('tombstones.seq', '>', after)
      .execute()
    return
  }
  await tx
    .deleteFrom('memories')
    .using('memories')
    .innerJoin('tombstones', 'tombstones.id', 'memories.id')
    .where('tombstones.seq', '>', after)
    .execute()
}

async function indexesOf(db: Kysely<Tables>, table: string): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct index_name as name from information_schema.statistics
    where table_schema = database() and table_name = ${table}`.execute(db)
  return rows.map(({ name }) => name)
}

async function sizeOf(db: Kysely<Tables>, tablePrefix: string): Promise<Partial<StoreStats>> {
  const names = tableNames.map(name => `${tablePrefix}${name}`)
  const { rows } = await sql<{ bytes: number | string | null }>`
    select sum(data_length + index_length) as bytes from information_schema.tables
    where table_schema = database() and table_name in (${sql.join(names)})`.execute(db)
  return { bytesOnDisk: Number(rows[0]?.bytes ?? 0) }
}
