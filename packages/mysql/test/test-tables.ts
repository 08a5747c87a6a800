import { openMysqlStore } from '@agentmem/mysql'
import mysql from 'mysql2/promise'
import type { Connection, Pool } from 'mysql2/promise'

const ours = ['memories', 'history', 'tombstones', 'staged', 'pending', 'memory_sources', 'meta']

/** A database of its own on the server of a test, removed with all it holds. */
export class TestTables implements AsyncDisposable {
  /** Of the database. */
  readonly url: string
  readonly admin: Connection
  readonly #name: string
  readonly #made = new Set<string>()
  #prefixes = 0

  private constructor(url: string, name: string, admin: Connection) {
    this.url = url
    this.#name = name
    this.admin = admin
  }

  static async make(serverUrl: string): Promise<TestTables> {
    const name = `agentmem_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
    const admin = await mysql.createConnection({ uri: serverUrl, charset: 'utf8mb4' })
    await admin.query(`create database ${name}`)
    await admin.query(`use ${name}`)
    const url = new URL(serverUrl)
    url.pathname = `/${name}`
    return new TestTables(url.href, name, admin)
  }

  /** A prefix whose tables are not there yet. */
  newPrefix(): string {
    return `t${this.#prefixes++}_`
  }

  /** Empties the tables of a prefix, if they are there: faster than to make new ones for each test. */
  async empty(prefix: string): Promise<void> {
    if (!this.#made.has(prefix)) await (await openMysqlStore({ url: this.url, tablePrefix: prefix })).close()
    this.#made.add(prefix)
    for (const table of ours.slice(0, -1)) await this.admin.query(`delete from ${prefix}${table}`)
    await this.admin.query(`delete from ${prefix}meta where \`key\` <> 'agentmem:schema'`)
  }

  /** Drops them, behind the back of whoever uses them. */
  async drop(prefix: string): Promise<void> {
    this.#made.delete(prefix)
    for (const table of ours) await this.admin.query(`drop table if exists ${prefix}${table}`)
  }

  pool(options: object = {}): Pool {
    return mysql.createPool({ uri: this.url, charset: 'utf8mb4', connectionLimit: 6, ...options })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.query(`drop database ${this.#name}`)
    await this.admin.end()
  }
}
