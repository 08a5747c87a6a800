import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { Flavor } from '../src/database/flavor.ts'
import { Statements } from '../src/database/session.ts'
import type { Session } from '../src/database/session.ts'
import type { Tables } from '../src/database/tables.ts'

/** An error after which the same call may succeed. */
export class PassingError extends Error {}

type Step = 'begin' | 'commit' | 'select' | 'insert' | 'update'

/** A database of one row, that of the commit marks, which fails where a test says so. */
export class FailingDatabase {
  /** Called before each step. An error is thrown in its place. */
  failBefore: (step: Step) => Error | undefined = () => undefined
  /** Called after each step: it is done, and its answer is lost. */
  failAfter: (step: Step) => Error | undefined = () => undefined
  readonly steps: Step[] = []
  readonly session: Session
  #committed: string | undefined
  #marks: string | undefined

  constructor({ passes = true }: { passes?: boolean } = {}) {
    const flavor = passes ? { isPassing: (error: unknown) => error instanceof PassingError } : {}
    const db = new Kysely<Tables>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => this.#driver(),
        createIntrospector: db => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    })
    this.session = { db, flavor: flavor as Flavor, statements: new Statements() }
  }

  #driver(): DummyDriver {
    const step = <T>(name: Step, work: () => T): T => this.#step(name, work)
    const connection = {
      executeQuery: async (query: CompiledQuery) => this.#run(query),
      async *streamQuery(): AsyncGenerator<never> {},
    } satisfies DatabaseConnection
    return Object.assign(new DummyDriver(), {
      acquireConnection: async () => connection,
      beginTransaction: async () => step('begin', () => (this.#marks = this.#committed)),
      commitTransaction: async () => step('commit', () => (this.#committed = this.#marks)),
      rollbackTransaction: async () => undefined,
    })
  }

  #run<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const name = sql.slice(0, sql.indexOf(' ')) as Step
    return this.#step(name, () => {
      if (name === 'select') return { rows: this.#marks ? [{ value: this.#marks } as R] : [] }
      this.#marks = parameters[name === 'insert' ? 1 : 0] as string
      return { rows: [] }
    })
  }

  #step<T>(name: Step, work: () => T): T {
    this.steps.push(name)
    const before = this.failBefore(name)
    if (before) throw before
    const answer = work()
    const after = this.failAfter(name)
    if (after) throw after
    return answer
  }
}
