import { MemoryError } from '@agentmem/core/adapter'

/** At most `size` connections, opened when needed and handed out first come, first served. */
export class ConnectionPool<Connection extends { close(): void }> {
  readonly #size: number
  readonly #open: () => Connection
  readonly #all: Connection[] = []
  /** The connection used last is taken first: its statements are prepared. */
  readonly #idle: Connection[] = []
  readonly #waiting: ((connection: Connection) => void)[] = []
  #closed = false

  constructor(size: number, open: () => Connection) {
    this.#size = size
    this.#open = open
  }

  /** Waits for a connection when all are in use. Throws `CLOSED` after `close`. */
  async acquire(): Promise<Connection> {
    if (this.#closed) throw new MemoryError('CLOSED', 'The store is closed.')
    const idle = this.#idle.pop()
    if (idle) return idle
    if (this.#all.length < this.#size) {
      const opened = this.#open()
      this.#all.push(opened)
      return opened
    }
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  release(connection: Connection): void {
    const next = this.#waiting.shift()
    if (next) next(connection)
    else this.#idle.push(connection)
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#all.splice(0)) connection.close()
  }
}
