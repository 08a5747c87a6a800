import { hash } from 'node:crypto'
import { join } from 'node:path'

import { HashEmbedder } from '@agentmem/core'
import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'

import type { Floor } from './floor.ts'

const userId = 'user'
/** Rows of one INSERT. */
const chunk = 50

interface Row {
  readonly id: string
  readonly content: string
  readonly hash: string
  readonly vector: Buffer
  readonly now: number
}

/**
 * The least that stores a memory in SQLite: one table each for records, vectors and histories, written by
 * hand on better-sqlite3 with the settings of the store (WAL, `synchronous=FULL`). No library, no checks, no
 * dedupe, no change log and no index but what a read of one user's memories needs.
 */
export class HandWrittenSqlite implements Floor {
  readonly #db: Database.Database
  readonly #embedder = new HashEmbedder()
  readonly #statements = new Map<string, Database.Statement>()

  constructor(folder: string) {
    this.#db = new Database(join(folder, 'hand-written.db'))
    this.#db.pragma('journal_mode = WAL')
    this.#db.pragma('synchronous = FULL')
    this.#db.exec(`
      CREATE TABLE records (id TEXT PRIMARY KEY, org_id TEXT, user_id TEXT, agent_id TEXT, run_id TEXT, content TEXT,
        hash TEXT, metadata TEXT, type TEXT, level TEXT, importance REAL, access_count INTEGER, last_accessed_at INTEGER,
        created_at INTEGER, updated_at INTEGER, expires_at INTEGER, version INTEGER, created_by TEXT, updated_by TEXT);
      CREATE INDEX records_by_user ON records (org_id, user_id, created_at);
      CREATE TABLE vectors (id TEXT PRIMARY KEY, vector BLOB);
      CREATE TABLE histories (id INTEGER PRIMARY KEY, memory_id TEXT, previous_value TEXT, new_value TEXT, event TEXT,
        actor_id TEXT, role TEXT, created_at INTEGER);
    `)
  }

  /** The floor: one embed call and one transaction of multi-row inserts. */
  async addBatch(texts: readonly string[]): Promise<void> {
    const vectors = await this.#embedder.embed(texts)
    const rows = texts.map((content, i) => makeRow(content, vectors[i] as Float32Array))
    this.#transaction(() => {
      for (let start = 0; start < rows.length; start += chunk) {
        const part = rows.slice(start, start + chunk)
        this.#insertRecords(part)
        this.#insertVectors(part)
        this.#insertHistories(part)
      }
    })
  }

  /** What the profiled system did for each memory: an embed call, then three separate writes on one connection. */
  async addInThreeWrites(text: string): Promise<void> {
    const [vector] = await this.#embedder.embed([text])
    const row = [makeRow(text, vector as Float32Array)]
    this.#transaction(() => this.#insertRecords(row))
    this.#transaction(() => this.#insertVectors(row))
    this.#transaction(() => this.#insertHistories(row))
  }

  close(): void {
    this.#db.close()
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    work()
    this.#db.exec('COMMIT')
  }

  #insertRecords(rows: readonly Row[]): void {
    this.#insert('records', 19, rows, ({ id, content, hash, now }) => [
      id,
      'default',
      userId,
      null,
      null,
      content,
      hash,
      '{}',
      'episodic',
      'normal',
      0.5,
      0,
      null,
      now,
      now,
      null,
      1,
      null,
      null,
    ])
  }

  #insertVectors(rows: readonly Row[]): void {
    this.#insert('vectors', 2, rows, ({ id, vector }) => [id, vector])
  }

  #insertHistories(rows: readonly Row[]): void {
    this.#insert('histories', 8, rows, ({ id, content, now }) => [
      null,
      id,
      null,
      content,
      'ADD',
      null,
      null,
      now,
    ])
  }

  #insert(table: string, columns: number, rows: readonly Row[], values: (row: Row) => unknown[]): void {
    const row = `(${Array.from({ length: columns }, () => '?').join()})`
    const sql = `INSERT INTO ${table} VALUES ${rows.map(() => row).join()}`
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)))
    statement.run(rows.flatMap(values))
  }
}

function makeRow(content: string, vector: Float32Array): Row {
  return {
    id: uuidv7(),
    content,
    hash: hash('sha256', content, 'hex'),
    vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength),
    now: Date.now(),
  }
}
