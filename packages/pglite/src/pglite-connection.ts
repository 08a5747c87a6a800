import { MemoryError } from '@agentmem/core/adapter'
import { binaryArray } from '@agentmem/postgres'
import type { PGlite, protocol } from '@electric-sql/pglite'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { readAnswer } from './answer.ts'
import type { Answer } from './answer.ts'

export interface Counters {
  statements: number
  transactions: number
  roundTrips: number
}

/** Writes messages of the protocol: PGlite's own. */
export type Serialize = typeof protocol.serialize

/**
 * The one connection there is, as Kysely sees it. Nothing else uses it while a transaction is open, not even others
 * who have the same PGlite. Statements go to the server as messages: PGlite's own `query` asks it for the types
 * first, sends bytes digit by digit, and does not bring every text back whole.
 */
export class PgliteConnection implements DatabaseConnection {
  readonly #db: PGlite
  readonly #serialize: Serialize
  readonly #counters: Counters
  /** Ends the turn that an open transaction has. */
  #endTurn: (() => void) | undefined

  constructor(db: PGlite, serialize: Serialize, counters: Counters) {
    this.#db = db
    this.#serialize = serialize
    this.#counters = counters
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const send = (): Promise<Answer> => this.#send(...messagesOf(this.#serialize, sql, parameters))
    const { rows, affected } = await (this.#endTurn ? send() : this.#db._runExclusiveTransaction(send))
    return affected === undefined
      ? { rows: rows as R[] }
      : { rows: rows as R[], numAffectedRows: BigInt(affected) }
  }

  /** A statement that is a transaction by itself. */
  executeWhole(statement: CompiledQuery): Promise<QueryResult<unknown>> {
    this.#counters.transactions++
    return this.executeQuery(statement)
  }

  async begin(): Promise<void> {
    const turn = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    this.#db
      ._runExclusiveTransaction(async () => {
        turn.resolve()
        await ended.promise
      })
      .catch(turn.reject)
    await turn.promise
    this.#endTurn = ended.resolve
    this.#counters.transactions++
    try {
      await this.#send(this.#serialize.query('begin'))
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  commit(): Promise<void> {
    return this.#end('commit')
  }

  rollback(): Promise<void> {
    return this.#end('rollback')
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new MemoryError('UNSUPPORTED', 'The pglite store reads in pages and streams no rows.')
  }

  async #end(how: 'commit' | 'rollback'): Promise<void> {
    if (!this.#endTurn) return
    try {
      await this.#send(this.#serialize.query(how))
    } catch (error) {
      // After a COMMIT that failed, the transaction is still to be rolled back.
      if (how === 'rollback') this.#leave()
      throw error
    }
    this.#leave()
  }

  #leave(): void {
    this.#endTurn?.()
    this.#endTurn = undefined
  }

  async #send(...messages: Uint8Array[]): Promise<Answer> {
    this.#counters.statements++
    this.#counters.roundTrips++
    return readAnswer(await this.#db.execProtocolRaw(Buffer.concat(messages)))
  }
}

/** A statement as one message after the other, to be sent at once. */
function messagesOf(serialize: Serialize, text: string, parameters: readonly unknown[]): Uint8Array[] {
  const values = parameters.map(valueOf)
  return [
    serialize.parse({ text }),
    serialize.bind({ values }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ]
}

/** Bytes are sent in binary form, everything else as text. */
function valueOf(value: unknown): string | ArrayBuffer | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return exact(binaryArray('text', value))
  return value instanceof Uint8Array ? exact(value) : String(value)
}

function exact({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
