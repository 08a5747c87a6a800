import { withinTime } from '@agentmem/core/adapter'
import { currentSignal, limited } from '@agentmem/sql'
import { CompiledQuery } from 'kysely'
import type { Kysely, QueryResult } from 'kysely'
import { endsTransaction, noConnectionFree } from './connection-source.ts'
import type { Answer, ConnectionSource, Lent, WaitLimits } from './connection-source.ts'

/** Lends the connections of a Kysely of the user's. */
export class KyselySource implements ConnectionSource {
  readonly beginsByItself = false
  isGalera = false
  readonly #db: Kysely<unknown>
  readonly #limits: WaitLimits

  constructor(db: Kysely<unknown>, limits: WaitLimits) {
    this.#db = db.withoutPlugins()
    this.#limits = limits
  }

  /** Kysely lends a connection while a function runs: this one runs until the connection is given back. */
  lend(): Promise<Lent> {
    const lent = (): Promise<Lent> =>
      new Promise((resolve, reject) => {
        this.#db
          .connection()
          .execute(
            db =>
              new Promise<void>(release =>
                resolve(new LentKysely(db, this.#limits.statementTimeoutMs, release)),
              ),
          )
          .catch(reject)
      })
    const onLate = (late: Lent): void => late.release(false)
    return withinTime(this.#limits.acquireTimeoutMs, lent, {
      message: noConnectionFree,
      signal: currentSignal(),
      onLate,
    })
  }
}

class LentKysely implements Lent {
  readonly #db: Kysely<unknown>
  readonly #limitMs: number
  readonly #release: () => void
  /** True once an answer is no longer waited for. */
  #isGivenUp = false
  /** Settled when the statement that was sent last has ended. */
  #ended: Promise<unknown> = Promise.resolve()

  constructor(db: Kysely<unknown>, limitMs: number, release: () => void) {
    this.#db = db
    this.#limitMs = limitMs
    this.#release = release
  }

  async run(statement: string, parameters: readonly unknown[]): Promise<Answer> {
    const result = await limited(() => this.#execute(statement, parameters), {
      ms: this.#limitMs,
      giveUp: () => (this.#isGivenUp = true),
      heedsSignal: !endsTransaction(statement),
    })
    const changed = result.numAffectedRows
    return { rows: result.rows, changed: changed === undefined ? undefined : Number(changed) }
  }

  roundTripsOf(): number {
    return 1
  }

  /**
   * Kysely cannot be told that a connection is broken; mysql2 itself notices one that is lost. One whose answer is no
   * longer waited for is given back without its transaction when the server has answered: only Kysely knows its number,
   * by which the server could be told to end the statement.
   */
  release(): void {
    if (!this.#isGivenUp) return this.#release()
    void this.#ended
      .then(() => this.#execute('rollback', []))
      .catch(() => undefined)
      .then(this.#release)
  }

  #execute(statement: string, parameters: readonly unknown[]): Promise<QueryResult<unknown>> {
    const sent = this.#db.executeQuery(CompiledQuery.raw(statement, [...parameters]))
    this.#ended = sent.catch(() => undefined)
    return sent
  }
}
