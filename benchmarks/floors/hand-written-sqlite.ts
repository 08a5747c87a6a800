import { join } from 'node:path'

import { HashEmbedder } from '@agentmem/core'
import Database from 'better-sqlite3'

import type { Floor } from './floor.ts'
import { chunksOf, insertOf, memoryRow, tableNames, tables } from './memory-row.ts'
import type { MemoryRow, TableName } from './memory-row.ts'

/** Rows of one INSERT. */
const chunkSize = 50

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
    const rows = texts.map((content, i) => memoryRow(content, vectors[i] as Float32Array))
    this.#transaction(() => {
      for (const chunk of chunksOf(rows, chunkSize)) {
        for (const table of tableNames) this.#insert(table, chunk)
      }
    })
  }

  /** What the profiled system did for each memory: an embed call, then three separate writes on one connection. */
  async addInThreeWrites(text: string): Promise<void> {
    const [vector] = await this.#embedder.embed([text])
    const row = [memoryRow(text, vector as Float32Array)]
    for (const table of tableNames) this.#transaction(() => this.#insert(table, row))
  }

  close(): void {
    this.#db.close()
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    work()
    this.#db.exec('COMMIT')
  }

  #insert(table: TableName, rows: readonly MemoryRow[]): void {
    const sql = insertOf(table, rows.length)
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)))
    statement.run(rows.flatMap<unknown>(tables[table].values))
  }
}
