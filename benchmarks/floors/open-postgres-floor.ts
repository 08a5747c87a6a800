import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'

import type { Floor } from './floor.ts'
import { PostgresFloor } from './postgres-floor.ts'
import type { Query } from './postgres-floor.ts'

/** On one connection to a server. */
export async function openPostgresFloor(url: string): Promise<Floor> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const query: Query = (text, values = [], name) =>
    client.query(name === undefined ? { text, values } : { name, text, values })
  return floorOf(query, () => client.end())
}

/** On a PGlite of its own, on disk. */
export async function openPgliteFloor(path: string): Promise<Floor> {
  // PGlite's own way to write bytes takes a second for a thousand vectors.
  const db = await PGlite.create(path, { serializers: { 17: bytes => bytes as string } })
  return floorOf(
    (text, values = []) => db.query(text, values),
    () => db.close(),
  )
}

async function floorOf(query: Query, close: () => Promise<void>): Promise<Floor> {
  const floor = new PostgresFloor(query)
  await floor.createTables()
  return {
    addBatch: texts => floor.addBatch('packed', texts),
    addInThreeWrites: text => floor.addInThreeWrites(text),
    close,
  }
}
