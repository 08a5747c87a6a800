import { withinTime } from '@agentmem/core/adapter'
import { currentSignal, limited } from '@agentmem/sql'
import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2'
import { endsTransaction, noConnectionFree } from './connection-source.ts'
import type { Answer, ConnectionSource, Lent, WaitLimits } from './connection-source.ts'
import { prepareInTransaction } from './prepare-in-transaction.ts'
import { Prepared } from './prepared.ts'

export interface PoolSourceOptions extends WaitLimits {
  /** Statements sent once on each new connection; none for a pool of the user's, whose sessions stay as they are. */
  readonly settings: readonly string[]
  readonly beginsByItself: boolean
}

/** Connections that have a listener for errors: one of a user's pool may be lent to several Stores. */
const heard = new WeakSet<PoolConnection>()

/** Lends the connections of a pool of mysql2. */
export class PoolSource implements ConnectionSource {
  readonly beginsByItself: boolean
  isGalera = false
  readonly #pool: Pool
  readonly #options: PoolSourceOptions
  readonly #known = new WeakMap<PoolConnection, Prepared>()

  constructor(pool: Pool, options: PoolSourceOptions) {
    this.#pool = pool
    this.#options = options
    this.beginsByItself = options.beginsByItself
  }

  async lend(): Promise<Lent> {
    const connection = await withinTime(this.#options.acquireTimeoutMs, () => this.#take(), {
      message: noConnectionFree,
      signal: currentSignal(),
      onLate: late => late.release(),
    })
    const prepared = this.#known.get(connection) ?? (await this.#setUp(connection))
    return new LentConnection(connection, prepared, {
      run: (...statement) => this.#run(connection, ...statement),
      prepare: statement => this.#limited(connection, () => prepareInTransaction(connection, statement)),
    })
  }

  #take(): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      this.#pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)))
    })
  }

  async #setUp(connection: PoolConnection): Promise<Prepared> {
    // The pool removes a connection that breaks. A second error of it, with no listener, would end the process.
    if (!heard.has(connection)) connection.on('error', () => undefined)
    heard.add(connection)
    const prepared = new Prepared()
    try {
      for (const setting of this.#options.settings) await this.#run(connection, setting, [])
    } catch (error) {
      connection.destroy()
      throw error
    }
    this.#known.set(connection, prepared)
    return prepared
  }

  #run(connection: PoolConnection, statement: string, parameters: readonly unknown[]): Promise<Answer> {
    const heedsSignal = !endsTransaction(statement)
    return this.#limited(connection, () => run(connection, statement, parameters), heedsSignal)
  }

  #limited<T>(connection: PoolConnection, work: () => Promise<T>, heedsSignal = true): Promise<T> {
    const { statementTimeoutMs: ms } = this.#options
    return limited(work, { ms, giveUp: () => this.#end(connection), heedsSignal })
  }

  /** A server runs a statement to its end though nobody listens any more, unless it is told not to. */
  #end(connection: PoolConnection): void {
    const { threadId } = connection
    connection.destroy()
    if (typeof threadId === 'number') this.#pool.query(`kill ${threadId}`, () => undefined)
  }
}

class LentConnection implements Lent {
  readonly #connection: PoolConnection
  readonly #prepared: Prepared
  readonly run: Lent['run']
  readonly prepare: (statement: string) => Promise<void>

  constructor(
    connection: PoolConnection,
    prepared: Prepared,
    { run, prepare }: Required<Pick<Lent, 'run' | 'prepare'>>,
  ) {
    this.#connection = connection
    this.#prepared = prepared
    this.run = run
    this.prepare = prepare
  }

  roundTripsOf(statement: string, parameters: readonly unknown[]): number {
    return parameters.length > 0 && this.#prepared.isNew(statement) ? 2 : 1
  }

  release(failed: boolean): void {
    if (failed) this.#connection.destroy()
    else this.#connection.release()
  }
}

/** Sends a statement: prepared when it has values, which then travel in binary, where no setting of a session applies. */
function run(connection: PoolConnection, statement: string, parameters: readonly unknown[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: unknown): void => {
      if (error) reject(error)
      else resolve(answerOf(result as readonly unknown[] | ResultSetHeader))
    }
    if (parameters.length === 0) connection.query(statement, done)
    else connection.execute(statement, parameters as never[], done)
  })
}

export function answerOf(result: readonly unknown[] | ResultSetHeader): Answer {
  if ('affectedRows' in result) return { rows: [], changed: result.affectedRows }
  return { rows: result }
}
