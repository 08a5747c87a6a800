import { MemoryError } from '@agentmem/core/adapter'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { limitStatements } from './log-lock.ts'
import type { Answer, Sender } from './sender.ts'

/** How a transaction begins. */
export interface Begin {
  /** One message, which may hold several statements. */
  readonly text: string
  /** The number of its statements. */
  readonly statements: number
}

/** What a connection shares with the others of its Store or index. */
export interface ConnectionContext {
  readonly begin: Begin
  readonly counters: { statements: number; transactions: number; roundTrips: number }
  /** True where there is no other connection: a single statement is then a transaction that nobody can disturb. */
  readonly single: boolean
  /**
   * True when statements that are sent again are kept prepared by a name, which a pooler must pass on. False where
   * the best plan depends on the values, which a prepared statement may forget.
   */
  readonly named: boolean
  /** The limit of a statement in milliseconds, where each transaction must set it by itself. Default: none. */
  readonly limitMs?: number | undefined
}

type Statement = Pick<CompiledQuery, 'sql' | 'parameters'>

const commit: Statement = { sql: 'commit', parameters: [] }

/** One connection, as Kysely sees it. */
export class PostgresConnection implements DatabaseConnection {
  readonly #sender: Sender
  readonly #context: ConnectionContext
  /** The answer to a BEGIN that was sent and not waited for. */
  #begun: Promise<Answer> | undefined
  #inTransaction = false

  constructor(sender: Sender, context: ConnectionContext) {
    this.#sender = sender
    this.#context = context
  }

  async executeQuery<R>(statement: Statement): Promise<QueryResult<R>> {
    const { limitMs } = this.#context
    if (limitMs === undefined || this.#inTransaction) return resultOf<R>(await this.#behindBegin(statement))
    const begin = { sql: `begin; ${limitStatements(limitMs)}`, parameters: [] }
    const answers = await this.#inOwnTransaction([() => this.#send(begin), () => this.#send(statement)])
    return resultOf<R>(answers[1])
  }

  /** Sent ahead of the first statement, and answered with it. */
  async begin(): Promise<void> {
    this.#inTransaction = true
    const begun = this.#sendBegin()
    if (this.#sender.pipelines) {
      this.#begun = begun
      return
    }
    try {
      await this.#together([begun])
    } catch (error) {
      // The transaction was open before the wait for its lock failed, and would go back to the pool so.
      await this.rollback().catch(() => undefined)
      throw error
    }
  }

  async commit(): Promise<void> {
    expectCommit(await this.#behindBegin(commit))
    this.#inTransaction = false
  }

  async rollback(): Promise<void> {
    this.#begun = undefined
    this.#inTransaction = false
    await this.#together([this.#send({ sql: 'rollback', parameters: [] })])
  }

  /** Runs work in a transaction. When it throws, all is undone. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.begin()
    try {
      const result = await work()
      await this.commit()
      return result
    } catch (error) {
      await this.rollback().catch(() => undefined)
      throw error
    }
  }

  /**
   * The whole transaction of one statement: one round trip where statements may be sent ahead or nobody else has a
   * connection, else three.
   */
  async runWhole(statement: Statement): Promise<QueryResult<unknown>> {
    if (this.#context.single) {
      this.#context.counters.transactions++
      return this.executeQuery(statement)
    }
    if (!this.#sender.pipelines) return this.transaction(() => this.executeQuery(statement))
    const [, answer, end] = await this.#inOwnTransaction([
      () => this.#sendBegin(),
      () => this.#send(statement),
    ])
    expectCommit(end)
    return resultOf(answer)
  }

  /** Sends a BEGIN, a statement and a COMMIT at once. An error of the first two makes the last one a rollback. */
  #inOwnTransaction(sends: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
    return this.#together(this.#sender.atOnce(() => [...sends.map(send => send()), this.#send(commit)]))
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new MemoryError('UNSUPPORTED', 'The store reads in pages and streams no rows.')
  }

  release(): void {
    this.#sender.release()
  }

  /** Ends the connection, whatever runs on it. Returns false where connections cannot be ended one by one. */
  drop(): boolean {
    return this.#sender.drop()
  }

  #sendBegin(): Promise<Answer> {
    const { begin, counters } = this.#context
    counters.transactions++
    counters.statements += begin.statements - 1
    return this.#send({ sql: begin.text, parameters: [] })
  }

  #send({ sql, parameters }: Statement): Promise<Answer> {
    this.#context.counters.statements++
    const answer = this.#sender.send(sql, parameters, this.#context.named)
    // Whoever waits for this answer looks at those ahead of it first, and may never look at this one.
    answer.catch(() => undefined)
    return answer
  }

  /** Waits for answers to what was sent at once. Of several errors, the first is the cause of the others. */
  async #together(sent: readonly Promise<Answer>[]): Promise<Answer[]> {
    this.#context.counters.roundTrips++
    const answers = await Promise.allSettled(sent)
    return answers.map(answer => {
      if (answer.status === 'rejected') throw answer.reason
      return answer.value
    })
  }

  /** The answer to a statement that is sent behind a BEGIN, where one is not answered yet. */
  async #behindBegin(statement: Statement): Promise<Answer | undefined> {
    const begun = this.#begun
    this.#begun = undefined
    const answer = this.#send(statement)
    return (await this.#together(begun ? [begun, answer] : [answer])).at(-1)
  }
}

function resultOf<R>(answer: Answer | undefined): QueryResult<R> {
  const { rows, affected } = answer ?? { rows: [], affected: undefined }
  return affected === undefined
    ? { rows: rows as R[] }
    : { rows: rows as R[], numAffectedRows: BigInt(affected) }
}

/** A COMMIT of a transaction that had failed is answered as a rollback. */
function expectCommit(answer: Answer | undefined): void {
  if (answer?.command === 'ROLLBACK') {
    throw new MemoryError('BACKEND', 'PostgreSQL rolled the transaction back instead of committing it.')
  }
}
