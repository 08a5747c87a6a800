import { Readable } from 'node:stream'

import { HashEmbedder } from '@agentmem/core'
import mysql from 'mysql2/promise'
import type { Connection } from 'mysql2/promise'

import { chunksOf, insertOf, memoryRow, tableNames, tables } from './memory-row.ts'
import type { MemoryRow, TableName } from './memory-row.ts'

const database = 'agentmem_floor'
const types: Readonly<Record<string, string>> = {
  content: 'longtext',
  metadata: 'longtext',
  previous_value: 'longtext',
  new_value: 'longtext',
  importance: 'double',
  access_count: 'bigint',
  last_accessed_at: 'bigint',
  created_at: 'bigint',
  updated_at: 'bigint',
  expires_at: 'bigint',
  version: 'bigint',
  vector: 'longblob',
}
const typeOf = (column: string): string => types[column] ?? 'varchar(255)'

type Way = (connection: Connection, table: TableName, rows: readonly MemoryRow[]) => Promise<unknown>

/** The ways that were tried to write the rows of a table; the first is the fastest, and the floor. */
export const ways = {
  'prepared multi-row of 100': (connection, table, rows) => prepared(connection, table, rows, 100),
  'prepared multi-row of 1000': (connection, table, rows) => prepared(connection, table, rows, 1000),
  'text multi-row of 100': async (connection, table, rows) => {
    for (const chunk of chunksOf(rows, 100)) {
      await connection.query(insertOf(table, chunk.length), chunk.flatMap<unknown>(tables[table].values))
    }
  },
  'JSON_TABLE, vectors in one blob': jsonTable,
  'LOAD DATA LOCAL': loadData,
} as const satisfies Readonly<Record<string, Way>>

async function prepared(
  connection: Connection,
  table: TableName,
  rows: readonly MemoryRow[],
  size: number,
): Promise<void> {
  for (const chunk of chunksOf(rows, size)) {
    await connection.execute(
      insertOf(table, chunk.length),
      chunk.flatMap<unknown>(tables[table].values) as never[],
    )
  }
}

async function jsonTable(
  connection: Connection,
  table: TableName,
  rows: readonly MemoryRow[],
): Promise<void> {
  const { columns } = tables[table]
  const isVector = (value: unknown): value is Buffer => Buffer.isBuffer(value)
  const packed: Buffer[] = []
  let offset = 1
  const values = rows.map(row =>
    tables[table].values(row).map(value => {
      if (!isVector(value)) return value
      packed.push(value)
      const start = offset
      offset += value.length
      return start
    }),
  )
  const definitions = columns.map(
    (name, i) => `c${i} ${name === 'vector' ? 'int' : typeOf(name)} path '$[${i}]'`,
  )
  const selected = columns.map((name, i) =>
    name === 'vector' ? `substr(?, c${i}, ${packed[0]?.length ?? 0})` : `c${i}`,
  )
  const source = `json_table(?, '$[*]' columns (${definitions.join()})) as j`
  const parameters = [...(packed.length > 0 ? [Buffer.concat(packed)] : []), JSON.stringify(values)]
  await connection.execute(
    `insert into ${table} (${columns.join()}) select ${selected.join()} from ${source}`,
    parameters,
  )
}

async function loadData(connection: Connection, table: TableName, rows: readonly MemoryRow[]): Promise<void> {
  const { columns, values } = tables[table]
  const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\\': '\\\\' }
  const field = (value: unknown): string => {
    if (Buffer.isBuffer(value)) return value.toString('hex')
    return value === null ? '\\N' : String(value).replace(/[\t\n\\]/g, found => escapes[found] ?? found)
  }
  const lines = rows.map(row => `${values(row).map(field).join('\t')}\n`).join('')
  const into = columns.map(name => (name === 'vector' ? '@vector' : name)).join()
  const unpacked = (columns as readonly string[]).includes('vector') ? 'set vector = unhex(@vector)' : ''
  await connection.query({
    sql: `load data local infile 'rows' into table ${table} character set utf8mb4 (${into}) ${unpacked}`,
    infileStreamFactory: () => Readable.from([Buffer.from(lines)]),
  })
}

/**
 * The least that stores a memory in MySQL or MariaDB: one table each for records, vectors and histories, on
 * mysql2, in one transaction. No checks, no dedupe, no change log, and no index but what a read of one user's
 * memories needs. Works in a database of its own.
 */
export class MysqlFloor {
  readonly #embedder = new HashEmbedder()
  readonly #connection: Connection

  private constructor(connection: Connection) {
    this.#connection = connection
  }

  static async open(url: string): Promise<MysqlFloor> {
    const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4', flags: ['+LOCAL_FILES'] })
    await connection.query(`drop database if exists ${database}`)
    await connection.query(`create database ${database} character set utf8mb4`)
    await connection.query(`use ${database}`)
    for (const table of tableNames) {
      const columns = tables[table].columns.map(name => `${name} ${typeOf(name)}`)
      const key = table === 'histories' ? 'number bigint auto_increment primary key' : 'primary key (id)'
      await connection.query(`create table ${table} (${[...columns, key].join()}) engine = InnoDB`)
    }
    await connection.query('create index records_by_user on records (org_id, user_id, created_at)')
    return new MysqlFloor(connection)
  }

  /** One embed call and one transaction. */
  async addBatch(texts: readonly string[], way: Way = ways['prepared multi-row of 100']): Promise<void> {
    const vectors = await this.#embedder.embed(texts)
    const rows = texts.map((content, i) => memoryRow(content, vectors[i] as Float32Array))
    await this.#connection.query('start transaction')
    for (const table of tableNames) await way(this.#connection, table, rows)
    await this.#connection.query('commit')
  }

  /** What the profiled system did for each memory: an embed call, then three separate writes on one connection. */
  async addInThreeWrites(text: string): Promise<void> {
    const [vector] = await this.#embedder.embed([text])
    const row = memoryRow(text, vector as Float32Array)
    for (const table of tableNames) await prepared(this.#connection, table, [row], 1)
  }

  async close(): Promise<void> {
    await this.#connection.query(`drop database ${database}`)
    await this.#connection.end()
  }
}
