import type { CompiledQuery, Compilable, Kysely, QueryResult, Transaction } from 'kysely'
import type { Flavor } from './flavor.ts'
import type { Tables } from './tables.ts'

/** A Kysely or a transaction of it, to which statements are sent, with the flavor of its database. */
export interface Session<Db extends Kysely<Tables> = Kysely<Tables>> {
  readonly db: Db
  readonly flavor: Flavor
  readonly statements: Statements
}

/** A session inside a transaction. */
export type WriteSession = Session<Transaction<Tables>>

/** Statements whose text never changes. Kysely compiles each once, and later runs send other parameters. */
export class Statements {
  readonly #compiled = new Map<string, CompiledQuery>()

  /** Runs the statement of that name. `build` must bind the same number of values as `parameters` has, in its order. */
  run<Row>(
    { db }: Session,
    name: string,
    build: () => Compilable<Row>,
    parameters: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    let compiled = this.#compiled.get(name)
    if (!compiled) this.#compiled.set(name, (compiled = build().compile()))
    return db.executeQuery<Row>({ ...(compiled as CompiledQuery<Row>), parameters })
  }
}
