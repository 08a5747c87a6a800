import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Store } from '@agentmem/core'
import { openLibsqlStore } from '@agentmem/libsql'
import { openMysqlStore } from '@agentmem/mysql'
import { openPgliteStore } from '@agentmem/pglite'
import { openPostgresStore } from '@agentmem/postgres'
import { openSqliteStore } from '@agentmem/sqlite'
import { startMysql, startPostgres } from '@agentmem/testcontainers'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'

import { HandWrittenSqlite } from '../../floors/hand-written-sqlite.ts'
import { LibsqlFloor } from '../../floors/libsql-floor.ts'
import { MysqlFloor, ways as mysqlWays } from '../../floors/mysql-floor.ts'
import { PostgresFloor } from '../../floors/postgres-floor.ts'
import { makePlace } from '../../opening/own-place.ts'
import { urlOf } from '../../opening/place.ts'

/** Adds these texts in one batch. */
export type Add = (texts: readonly string[]) => Promise<unknown>

/** A Store and what is written by hand on the same kind of database. */
export interface Contestants {
  readonly store: Store
  /** The ways that were tried by hand, by name; the fastest is the floor. */
  readonly byHand: Readonly<Record<string, Add>>
  readonly addInThreeWrites: (text: string) => Promise<void>
  /** Version and durability of the database, for the reader. */
  readonly settings: string
  /** Closes and removes all of it. */
  readonly close: () => Promise<void>
}

/** By the name that the command takes. */
export const openContestants: Readonly<Record<string, () => Promise<Contestants>>> = {
  sqlite: onSqlite,
  postgres: onPostgres,
  pglite: onPglite,
  mysql: onMysql,
  libsql: onLibsql,
}

async function onSqlite(): Promise<Contestants> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-floors-'))
  const floor = new HandWrittenSqlite(folder)
  const store = await openSqliteStore({ path: join(folder, 'store.db') })
  return {
    store,
    byHand: { 'multi-row of 50': texts => floor.addBatch(texts) },
    addInThreeWrites: text => floor.addInThreeWrites(text),
    settings: 'SQLite, WAL, synchronous=FULL',
    close: async () => {
      await store.close()
      floor.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function onPostgres(): Promise<Contestants> {
  const server = await startPostgres()
  const schema = `floors_${process.pid}`
  const store = await openPostgresStore({ url: server.url, schema })
  const pool = new pg.Pool({ connectionString: server.url, options: `-c search_path=${schema}` })
  // One client, so that a transaction in steps stays on it.
  const client = await pool.connect()
  const floor = new PostgresFloor((text, values = [], name) =>
    client.query(name === undefined ? { text, values } : { name, text, values }),
  )
  const { rows } = await pool.query<{ commit: string; fsync: string }>(
    `select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync`,
  )
  return {
    store,
    ...(await waysOnPostgres(floor)),
    settings: `${server.version} (${server.rung}), synchronous_commit ${rows[0]?.commit}, fsync ${rows[0]?.fsync}`,
    close: async () => {
      await store.close()
      await client.query(`set client_min_messages = warning`)
      await client.query(`drop schema ${schema} cascade`)
      client.release()
      await pool.end()
      await server.stop()
    },
  }
}

async function onPglite(): Promise<Contestants> {
  // PGlite's own way to write bytes takes a second for a thousand vectors.
  const db = await PGlite.create({ serializers: { 17: bytes => bytes as string } })
  const store = await openPgliteStore({ db })
  const floor = new PostgresFloor((text, values = []) => db.query(text, values))
  return {
    store,
    ...(await waysOnPostgres(floor)),
    settings: 'PGlite in memory, fsync off',
    close: () => db.close(),
  }
}

async function waysOnPostgres(
  floor: PostgresFloor,
): Promise<Pick<Contestants, 'byHand' | 'addInThreeWrites'>> {
  await floor.createTables()
  return {
    byHand: {
      'multi-row': texts => floor.addBatch('multi-row', texts),
      unnest: texts => floor.addBatch('unnest', texts),
      packed: texts => floor.addBatch('packed', texts),
    },
    addInThreeWrites: text => floor.addInThreeWrites(text),
  }
}

async function onMysql(): Promise<Contestants> {
  const server = await startMysql()
  const place = await makePlace(['mysql'], { mysql: server.url })
  const store = await openMysqlStore({ url: urlOf(place, 'mysql') })
  const floor = await MysqlFloor.open(server.url)
  return {
    store,
    byHand: mapValues(mysqlWays, way => texts => floor.addBatch(texts, way)),
    addInThreeWrites: text => floor.addInThreeWrites(text),
    settings: `${server.version} (${server.rung}), each commit synced`,
    close: async () => {
      await store.close()
      await floor.close()
      await place.remove()
      await server.stop()
    },
  }
}

async function onLibsql(): Promise<Contestants> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-floors-'))
  const floor = new LibsqlFloor(folder)
  const store = await openLibsqlStore({ url: `file:${join(folder, 'store.db')}` })
  return {
    store,
    byHand: mapValues(floor.ways, way => texts => floor.addBatch(texts, way)),
    addInThreeWrites: text => floor.addInThreeWrites(text),
    settings: 'libSQL, WAL, synchronous=FULL',
    close: async () => {
      await store.close()
      floor.close()
      await rm(folder, { recursive: true })
    },
  }
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]))
}
