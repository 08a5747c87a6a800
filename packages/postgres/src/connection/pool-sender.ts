import type { Pool, PoolClient, QueryConfig } from 'pg'
import type { Answer, Sender, TakeSender } from './sender.ts'
import { StatementNames } from './statement-names.ts'

/** Chooses how a column is read by the id of its type; part of every query, so that a pool of others is left as it is. */
export type TypeParsers = NonNullable<QueryConfig['types']>

let stores = 0

/** Takes clients out of a pool of `pg`. */
export function fromPool(pool: Pool, types: TypeParsers): TakeSender {
  // Clients of a pool that several Stores share must not get one name for two texts.
  const names = new StatementNames(`agentmem_${++stores}_`)
  return async () => new PoolSender(await pool.connect(), types, names)
}

class PoolSender implements Sender {
  readonly pipelines: boolean
  readonly #client: PoolClient
  readonly #types: TypeParsers
  readonly #names: StatementNames

  constructor(client: PoolClient, types: TypeParsers, names: StatementNames) {
    this.#client = client
    this.#types = types
    this.#names = names
    this.pipelines = client.pipeline
    // The loss of a connection that is out of its pool is also told to those who wait for an answer.
    client.on('error', ignore)
  }

  async send(text: string, values: readonly unknown[]): Promise<Answer> {
    const name = values.length > 0 ? this.#names.nameOf(text) : undefined
    const types = this.#types
    const query =
      name === undefined ? { text, values: [...values], types } : { name, text, values: [...values], types }
    const { rows, rowCount, command } = await this.#client.query(query)
    return { rows, affected: rowCount ?? undefined, command }
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

  /** A client that has lost its connection is thrown away by the pool. */
  release(): void {
    this.#client.off('error', ignore)
    this.#client.release()
  }
}

function ignore(): void {}
