import { join } from 'node:path'

import { HashEmbedder } from '@agentmem/core'
import { createClient } from '@libsql/client'
import type { Client, InArgs } from '@libsql/client'
import Database from 'libsql'

import { chunksOf, insertOf, memoryRow, tableNames, tables } from './memory-row.ts'
import type { MemoryRow } from './memory-row.ts'

type Way = (rows: readonly MemoryRow[]) => Promise<void> | void

/**
 * The least that stores a memory in a file of libSQL: one table each for records, vectors and histories, in one
 * transaction, in WAL mode with `synchronous = FULL`. No checks, no dedupe, no change log, and no index but what
 * a read of one user's memories needs.
 */
export class LibsqlFloor {
  readonly #embedder = new HashEmbedder()
  readonly #db: Database.Database
  readonly #client: Client
  readonly #statements = new Map<string, Database.Statement>()
  /** The ways that were tried; the first is the fastest, and the floor. */
  readonly ways: Readonly<Record<string, Way>> = {
    'libsql, prepared multi-row of 50': rows => this.#native(rows, 50),
    'libsql, prepared multi-row of 100': rows => this.#native(rows, 100),
    'libsql, prepared multi-row of 500': rows => this.#native(rows, 500),
    '@libsql/client, multi-row of 50': rows => this.#throughClient(rows),
  }

  constructor(folder: string) {
    const path = join(folder, 'floor.db')
    this.#db = new Database(path)
    this.#db.pragma('page_size = 8192')
    this.#db.pragma('journal_mode = WAL')
    this.#db.pragma('synchronous = FULL')
    for (const table of tableNames) {
      const columns = tables[table].columns.map(name => (name === 'id' ? 'id text primary key' : name))
      this.#db.exec(`create table ${table} (${columns.join()})`)
    }
    this.#db.exec('create index records_by_user on records (org_id, user_id, created_at)')
    this.#client = createClient({ url: `file:${path}` })
  }

  /** One embed call and one transaction. */
  async addBatch(texts: readonly string[], way?: Way): Promise<void> {
    const vectors = await this.#embedder.embed(texts)
    const rows = texts.map((content, i) => memoryRow(content, vectors[i] as Float32Array))
    await (way ?? (given => this.#native(given, 50)))(rows)
  }

  /** What the profiled system did for each memory: an embed call, then three separate writes on one connection. */
  async addInThreeWrites(text: string): Promise<void> {
    const [vector] = await this.#embedder.embed([text])
    const row = memoryRow(text, vector as Float32Array)
    for (const table of tableNames) this.#prepare(insertOf(table, 1)).run(tables[table].values(row))
  }

  close(): void {
    this.#client.close()
    this.#db.close()
  }

  #native(rows: readonly MemoryRow[], size: number): void {
    this.#db.exec('begin immediate')
    for (const chunk of chunksOf(rows, size)) {
      for (const table of tableNames) {
        this.#prepare(insertOf(table, chunk.length)).run(chunk.flatMap<unknown>(tables[table].values))
      }
    }
    this.#db.exec('commit')
  }

  async #throughClient(rows: readonly MemoryRow[]): Promise<void> {
    const statements = chunksOf(rows, 50).flatMap(chunk =>
      tableNames.map(table => ({
        sql: insertOf(table, chunk.length),
        args: chunk.flatMap<unknown>(tables[table].values) as InArgs,
      })),
    )
    await this.#client.batch(statements, 'write')
  }

  #prepare(source: string): Database.Statement {
    let statement = this.#statements.get(source)
    if (!statement) this.#statements.set(source, (statement = this.#db.prepare(source)))
    return statement
  }
}
