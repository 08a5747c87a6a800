import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'

type Value =
  | { type: 'null' }
  | { type: 'integer'; value: string }
  | { type: 'float'; value: number }
  | { type: 'text'; value: string }
  | { type: 'blob'; base64: string }
interface Statement {
  readonly sql?: string
  readonly sql_id?: number
  readonly args?: Value[]
}
type Condition =
  | { type: 'ok'; step: number }
  | { type: 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and'; conds: Condition[] }
  | { type: 'or'; conds: Condition[] }
interface Request {
  readonly type: string
  readonly stmt?: Statement
  readonly batch?: { steps: { condition?: Condition | null; stmt: Statement }[] }
  readonly sql?: string | null
  readonly sql_id?: number
}
type Failure = { message: string; code: string }

/** What one client has open: a connection, and the statements that it has sent ahead. */
class Stream {
  /** Ends it where its client says nothing more, as servers do. */
  expiry: NodeJS.Timeout | undefined
  readonly #db: BetterSqlite3.Database
  readonly #texts = new Map<number, string>()

  constructor(path: string) {
    this.#db = new BetterSqlite3(path, { timeout: 0 })
  }

  async answer(request: Request): Promise<object> {
    const { type, sql, sql_id: id = 0 } = request
    if (type === 'store_sql') this.#texts.set(id, sql ?? '')
    if (type === 'close_sql') this.#texts.delete(id)
    if (type === 'close') this.close()
    if (request.stmt) return { type, result: await this.#run(request.stmt) }
    if (request.batch) return { type, result: await this.#batch(request.batch.steps) }
    return { type }
  }

  close(): void {
    clearTimeout(this.expiry)
    this.#db.close()
  }

  async #batch(steps: NonNullable<Request['batch']>['steps']): Promise<object> {
    const [results, errors]: [(object | null)[], (Failure | null)[]] = [[], []]
    const holds = (condition: Condition): boolean => {
      if (condition.type === 'ok') return results[condition.step] !== null
      if (condition.type === 'error') return errors[condition.step] !== null
      if (condition.type === 'not') return !holds(condition.cond)
      if (condition.type === 'and') return condition.conds.every(holds)
      return condition.conds.some(holds)
    }
    for (const { condition, stmt } of steps) {
      const ran = !condition || holds(condition)
      const result = ran ? await this.#run(stmt).catch(failureOf) : null
      const failed = result !== null && 'message' in result
      results.push(failed ? null : result)
      errors.push(failed ? (result as Failure) : null)
    }
    return { step_results: results, step_errors: errors }
  }

  /** As a server does, waits for another stream that writes. */
  async #run({ sql, sql_id: id = 0, args = [] }: Statement): Promise<object> {
    const statement = this.#db.prepare(sql ?? this.#texts.get(id) ?? '')
    const values = args.map(fromValue)
    for (;;) {
      try {
        if (!statement.reader) {
          const { changes } = statement.run(values)
          return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: null }
        }
        const cols = statement.columns().map(({ name }) => ({ name, decltype: null }))
        const rows = statement.safeIntegers().raw().all(values) as unknown[][]
        return {
          cols,
          rows: rows.map(row => row.map(toValue)),
          affected_row_count: 0,
          last_insert_rowid: null,
        }
      } catch (error) {
        if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
        await delay(2)
      }
    }
  }
}

const expired = { message: 'The stream has expired due to inactivity', code: 'STREAM_EXPIRED' }

/** A server of Hrana 2 over HTTP, on one file: https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_2_SPEC.md */
export class HranaServer implements AsyncDisposable {
  readonly url: string
  /** Requests answered: round trips of clients. */
  requests = 0
  readonly #path: string
  readonly #server: Server
  readonly #streams = new Map<string, Stream>()
  readonly #streamTimeoutMs: number
  #batons = 0

  private constructor(path: string, server: Server, streamTimeoutMs: number) {
    this.#path = path
    this.#streamTimeoutMs = streamTimeoutMs
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** `streamTimeoutMs`: how long a stream waits for its next request, in milliseconds; then it is closed, and undone. */
  static async start(path: string, { streamTimeoutMs = 10_000 } = {}): Promise<HranaServer> {
    const db = new BetterSqlite3(path)
    db.pragma('journal_mode = wal')
    db.close()
    const server = createServer((request, response) => {
      const answering = async (): Promise<void> => {
        const answer = await hrana.#answer(request)
        const status = answer === undefined ? 404 : answer === expired ? 400 : 200
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(answer ?? {}))
      }
      // A client may go in the middle of what it sends.
      answering().catch(() => response.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const hrana = new HranaServer(path, server, streamTimeoutMs)
    return hrana
  }

  async #answer(request: IncomingMessage): Promise<object | undefined> {
    if (request.url === '/v2') return {}
    if (request.url !== '/v2/pipeline') return undefined
    this.requests++
    const text = Buffer.concat(await request.toArray()).toString()
    const { baton, requests } = JSON.parse(text) as { baton?: string | null; requests: Request[] }
    const stream = baton ? this.#streams.get(baton) : new Stream(this.#path)
    if (!stream) return expired
    if (baton) this.#streams.delete(baton)
    clearTimeout(stream.expiry)
    const results: object[] = []
    for (const each of requests) {
      results.push(
        await stream.answer(each).then(
          response => ({ type: 'ok', response }),
          (error: unknown) => ({ type: 'error', error: failureOf(error) }),
        ),
      )
    }
    if (requests.some(({ type }) => type === 'close')) return { baton: null, base_url: null, results }
    const next = `baton-${this.#batons++}`
    this.#streams.set(next, stream)
    stream.expiry = setTimeout(() => {
      this.#streams.delete(next)
      stream.close()
    }, this.#streamTimeoutMs).unref()
    return { baton: next, base_url: null, results }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    for (const stream of this.#streams.values()) stream.close()
  }
}

function failureOf(error: unknown): Failure {
  const { message, code = 'SQLITE_ERROR' } = error as { message: string; code?: string }
  return { message, code }
}

function fromValue(value: Value): unknown {
  if (value.type === 'null') return null
  if (value.type === 'blob') return Buffer.from(value.base64, 'base64')
  return value.type === 'integer' ? BigInt(value.value) : value.value
}

function toValue(value: unknown): Value {
  if (value === null) return { type: 'null' }
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) }
  if (typeof value === 'number') return { type: 'float', value }
  if (value instanceof Uint8Array) return { type: 'blob', base64: Buffer.from(value).toString('base64') }
  return { type: 'text', value: String(value) }
}
