import { MemoryError } from '@agentmem/core'
import type { PGlite, QueryOptions, Transaction } from '@electric-sql/pglite'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'

const bytea = 17
/** One-dimensional arrays of bytea, text, int8 and float8. */
const arrays = [1001, 1009, 1016, 1022]

type Counters = { statements: number; transactions: number; roundTrips: number }

/**
 * The one connection there is, as Kysely sees it. Nothing else uses it while a transaction is open, not even others
 * who have the same PGlite.
 */
export class PgliteConnection implements DatabaseConnection {
  readonly #db: PGlite
  readonly #counters: Counters
  readonly #options: QueryOptions
  #open: { readonly tx: Transaction; readonly end: (end: 'commit' | 'rollback') => Promise<void> } | undefined

  constructor(db: PGlite, counters: Counters) {
    this.#db = db
    this.#counters = counters
    const serializers: NonNullable<QueryOptions['serializers']> = { [bytea]: binary }
    for (const id of arrays) {
      const ofArrays = db.serializers[id] ?? String
      serializers[id] = (value: unknown) => (value instanceof Uint8Array ? binary(value) : ofArrays(value))
    }
    this.#options = { serializers, parsers: { [bytea]: bytesOf, 20: Number } }
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    this.#count()
    const target = this.#open?.tx ?? this.#db
    const { rows, affectedRows } = await target.query<R>(sql, [...parameters], this.#options)
    return affectedRows === undefined ? { rows } : { rows, numAffectedRows: BigInt(affectedRows) }
  }

  /** A statement that is a transaction by itself. */
  executeWhole(statement: CompiledQuery): Promise<QueryResult<unknown>> {
    this.#counters.transactions++
    return this.executeQuery(statement)
  }

  /** PGlite begins and ends transactions itself, around a function: here one that waits for its end. */
  async begin(): Promise<void> {
    this.#counters.transactions++
    this.#count()
    const begun = Promise.withResolvers<Transaction>()
    const ended = Promise.withResolvers<'commit' | 'rollback'>()
    const transaction = this.#db.transaction(async tx => {
      begun.resolve(tx)
      if ((await ended.promise) === 'rollback') await tx.rollback()
    })
    transaction.catch(begun.reject)
    const tx = await begun.promise
    this.#open = {
      tx,
      async end(end) {
        ended.resolve(end)
        await transaction
      },
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

  async #end(end: 'commit' | 'rollback'): Promise<void> {
    const open = this.#open
    this.#open = undefined
    this.#count()
    await open?.end(end)
  }

  #count(): void {
    this.#counters.statements++
    this.#counters.roundTrips++
  }
}

/** PGlite sends bytes in binary form when it gets them, and has no faster way of its own: digit by digit, as text. */
function binary(value: unknown): never {
  return value as never
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text.slice(2), 'hex')
}
