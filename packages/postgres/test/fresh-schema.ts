import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** The name of a schema that nobody else uses; it is removed with all it holds. */
export class FreshSchema implements AsyncDisposable {
  readonly name = `test_${randomBytes(6).toString('hex')}`
  readonly url: string
  /** Whether autovacuum keeps away from the tables. */
  #isKept = false

  constructor(url: string) {
    this.url = url
  }

  /** What a Store in this schema is opened with. */
  get options(): { url: string; schema: string } {
    return { url: this.url, schema: this.name }
  }

  /** Runs a statement over a connection of its own. */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url })
    await client.connect()
    try {
      const { rows } = await client.query<Row>(text, values)
      return rows
    } finally {
      await client.end()
    }
  }

  /**
   * Makes its tables as they are after opening: faster than making them again. The server does not analyze them, which it would
   * do at any moment: a write that finds tables which were analyzed empty sends more statements.
   */
  async empty(prefix = ''): Promise<void> {
    const tables = ['memories', 'history', 'tombstones', 'pending', 'memory_sources'].map(
      table => `${this.name}.${prefix}${table}`,
    )
    const rest = `delete from ${this.name}.${prefix}meta where key <> 'agentmem:schema'`
    const kept = this.#isKept
      ? []
      : tables.map(table => `alter table ${table} set (autovacuum_enabled = false)`)
    this.#isKept = true
    await this.query([...kept, ...tables.map(table => `delete from ${table}`), rest].join(';'))
  }

  async drop(): Promise<void> {
    await this.query(`set client_min_messages = warning; drop schema if exists ${this.name} cascade`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drop()
  }
}
