import { withinTime } from '@agentmem/core/adapter'
import { CompiledQuery } from 'kysely'
import type { Kysely, QueryResult } from 'kysely'
import { noConnectionFree } from './connection-source.ts'
import type { Answer, ConnectionSource, Lent } from './connection-source.ts'

/** Lends the connections of a Kysely of the user's. */
export class KyselySource implements ConnectionSource {
  readonly beginsByItself = false
  readonly #db: Kysely<unknown>
  readonly #acquireTimeoutMs: number

  constructor(db: Kysely<unknown>, acquireTimeoutMs: number) {
    this.#db = db.withoutPlugins()
    this.#acquireTimeoutMs = acquireTimeoutMs
  }

  /** Kysely lends a connection while a function runs: this one runs until the connection is given back. */
  lend(): Promise<Lent> {
    const lent = (): Promise<Lent> =>
      new Promise((resolve, reject) => {
        this.#db
          .connection()
          .execute(db => new Promise<void>(release => resolve(new LentKysely(db, release))))
          .catch(reject)
      })
    const onLate = (late: Lent): void => late.release(false)
    return withinTime(this.#acquireTimeoutMs, lent, { message: noConnectionFree, onLate })
  }
}

class LentKysely implements Lent {
  readonly #db: Kysely<unknown>
  readonly #release: () => void

  constructor(db: Kysely<unknown>, release: () => void) {
    this.#db = db
    this.#release = release
  }

  async run(statement: string, parameters: readonly unknown[]): Promise<Answer> {
    const result: QueryResult<unknown> = await this.#db.executeQuery(
      CompiledQuery.raw(statement, [...parameters]),
    )
    const changed = result.numAffectedRows
    return { rows: result.rows, changed: changed === undefined ? undefined : Number(changed) }
  }

  roundTripsOf(): number {
    return 1
  }

  /** Kysely cannot be told that a connection is broken; mysql2 itself notices one that is lost. */
  release(): void {
    this.#release()
  }
}
