import type { Pool, PoolClient, QueryConfig } from 'pg'
import { readerOf } from './column-types.ts'
import type { Answer, Sender, TakeSender } from './sender.ts'
import { StatementNames } from './statement-names.ts'

/** Part of every query, so that a pool of others keeps its own readers. */
const types: NonNullable<QueryConfig['types']> = { getTypeParser: readerOf }

let pools = 0

/** Takes clients out of a pool of `pg`. `prepare`: whether statements may have names. */
export function fromPool(pool: Pool, prepare = true): TakeSender {
  // Clients of a pool that several parts share must not get one name for two texts.
  const names = new StatementNames(`agentmem_${++pools}_`)
  if (!prepare) names.turnOff()
  return async () => new PoolSender(pool, await pool.connect(), names)
}

class PoolSender implements Sender {
  readonly pipelines: boolean
  readonly #pool: Pool
  readonly #client: PoolClient
  readonly #names: StatementNames
  #released = false

  constructor(pool: Pool, client: PoolClient, names: StatementNames) {
    this.#pool = pool
    this.#client = client
    this.#names = names
    this.pipelines = client.pipeline
    // A connection that is lost rejects the statements that run on it as well.
    client.on('error', ignore)
  }

  async send(text: string, values: readonly unknown[], named = false): Promise<Answer> {
    const name = named && values.length > 0 ? this.#names.nameOf(text) : undefined
    const query =
      name === undefined ? { text, values: [...values], types } : { name, text, values: [...values], types }
    try {
      const { rows, rowCount, command } = await this.#client.query(query)
      return { rows, affected: rowCount ?? undefined, command }
    } catch (error) {
      if (name !== undefined && isNameLost(error)) this.#names.turnOff()
      throw error
    }
  }

  /** One write wakes the server once: a tenth of the time of a small transaction. */
  atOnce<T>(sends: () => T): T {
    const { stream } = this.#client.connection
    stream.cork()
    try {
      return sends()
    } finally {
      stream.uncork()
    }
  }

  /** The pool throws away a client that has lost its connection. */
  release(): void {
    this.#giveBack(false)
  }

  drop(): boolean {
    if (this.#released) return true
    this.#giveBack(true)
    // The goodbye of the pool waits for answers.
    this.#client.connection.stream.destroy()
    this.#endAtServer()
    return true
  }

  /**
   * Ends the server's side of the connection, which it would find closed only when it answers, and in a transaction that waits
   * for its next statement not for hours: the lock of the log would be held so long. The process may be another's by now
   * only if it is not this user's, or at rest.
   */
  #endAtServer(): void {
    const { processID } = this.#client as PoolClient & { readonly processID?: number | null }
    if (!processID || this.#pool.ending) return
    const text = `select pg_terminate_backend(pid) from pg_stat_activity
      where pid = $1 and usename = current_user and state <> 'idle'`
    this.#pool.query(text, [processID]).catch(ignore)
  }

  #giveBack(broken: boolean): void {
    if (this.#released) return
    this.#released = true
    this.#client.off('error', ignore)
    this.#client.release(broken)
  }
}

/**
 * True where a server does not keep names for each connection, such as a pooler that lends its own: another connection
 * has the name, or this one has lost it. Both come before the statement has any effect.
 */
function isNameLost(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === '42P05' || code === '26000'
}

function ignore(): void {}
