import type { SqliteDatabase, SqliteStatement } from '@agentmem/sqlite/file'
import type Libsql from 'libsql'

/** A database of libsql, whose bytes come as Uint8Array. */
export class LibsqlDatabase implements SqliteDatabase {
  readonly #db: Libsql.Database

  constructor(db: Libsql.Database) {
    this.#db = db
  }

  /** Asking a closed database would end the process. */
  get inTransaction(): boolean {
    return this.#db.open && this.#db.inTransaction
  }

  prepare(source: string): SqliteStatement {
    const statement = this.#db.prepare(source)
    return {
      reader: statement.reader,
      all: parameters => statement.all(parameters).map(withBytes),
      run: parameters => statement.run(parameters),
    }
  }

  pragma(source: string): unknown {
    return this.#db.pragma(source)
  }

  close(): void {
    this.#db.close()
  }
}

function withBytes(row: unknown): unknown {
  const values = row as Record<string, unknown>
  for (const column in values) {
    const value = values[column]
    if (value instanceof ArrayBuffer) values[column] = new Uint8Array(value)
  }
  return row
}
