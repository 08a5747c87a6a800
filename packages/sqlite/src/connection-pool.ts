import { MemoryError } from '@agentmem/core'
import type { SqliteConnection } from './sqlite-connection.ts'

/** At most `size` connections, opened when they are needed, handed out first come, first served. */
export class ConnectionPool {
  readonly #size: number
  readonly #open: () => SqliteConnection
  readonly #all: SqliteConnection[] = []
  /** The one used last is taken first: its statements are prepared. */
  readonly #idle: SqliteConnection[] = []
  readonly #waiting: ((connection: SqliteConnection) => void)[] = []
  #closed = false

  constructor(size: number, open: () => SqliteConnection) {
    this.#size = size
    this.#open = open
  }

  async acquire(): Promise<SqliteConnection> {
    if (this.#closed) throw new MemoryError('CLOSED', 'The sqlite store is closed.')
    const idle = this.#idle.pop()
    if (idle) return idle
    if (this.#all.length < this.#size) {
      const opened = this.#open()
      this.#all.push(opened)
      return opened
    }
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  release(connection: SqliteConnection): void {
    const next = this.#waiting.shift()
    if (next) next(connection)
    else this.#idle.push(connection)
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#all.splice(0)) connection.close()
  }
}
