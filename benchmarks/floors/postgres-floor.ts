import { HashEmbedder } from '@agentmem/core'

import { memoryRow } from './memory-row.ts'
import type { MemoryRow } from './memory-row.ts'

/** Sends a statement; a name keeps it prepared. */
export type Query = (text: string, values?: unknown[], name?: string) => Promise<unknown>

/** A way to write rows, by its name. */
export type Way = 'multi-row' | 'unnest' | 'packed'

const fixed = `'default', 'user', null, null, '{}', 'episodic', 'normal', 0.5, 0, null`

/**
 * The least that stores a memory in PostgreSQL: a table for records with their vectors and one for histories, written
 * by hand. No library, no checks, no dedupe, no change log, and no index but what a read of one user's memories needs.
 */
export class PostgresFloor {
  readonly #query: Query
  readonly #bytes: (bytes: Buffer) => unknown
  readonly #embedder = new HashEmbedder()

  /** `bytes` makes of bytes what the driver takes for them. */
  constructor(query: Query, bytes: (bytes: Buffer) => unknown = given => given) {
    this.#query = query
    this.#bytes = bytes
  }

  async createTables(): Promise<void> {
    for (const statement of [
      `create table floor_records (id text primary key, org_id text, user_id text, agent_id text, run_id text,
         metadata text, type text, level text, importance float8, access_count bigint, last_accessed_at bigint,
         content text, hash text, created_at bigint, updated_at bigint, expires_at bigint, version bigint, created_by text,
         updated_by text, vector bytea)`,
      'create index floor_by_user on floor_records (org_id, user_id, created_at)',
      `create table floor_histories (id bigserial primary key, memory_id text, previous_value text, new_value text,
         event text, actor_id text, role text, created_at bigint)`,
    ]) {
      await this.#query(statement)
    }
  }

  /** One embed call, and one transaction written in the given way. */
  async addBatch(way: Way, texts: readonly string[]): Promise<void> {
    const vectors = await this.#embedder.embed(texts)
    const rows = texts.map((content, i) => memoryRow(content, vectors[i] as Float32Array))
    if (way === 'multi-row') return this.#multiRow(rows)
    return way === 'unnest' ? this.#unnest(rows) : this.#packed(rows)
  }

  /** What the profiled system did for each memory: an embed call, then three separate writes. */
  async addInThreeWrites(text: string): Promise<void> {
    const [vector] = await this.#embedder.embed([text])
    const row = memoryRow(text, vector as Float32Array)
    await this.#query(
      `insert into floor_records select $1, ${fixed}, $2, $3, $4, $4, null, 1, null, null, null`,
      [row.id, row.content, row.hash, row.now],
      'one-record',
    )
    await this.#query(
      'update floor_records set vector = $2 where id = $1',
      [row.id, this.#bytes(row.vector)],
      'one-vector',
    )
    await this.#query(
      `insert into floor_histories (memory_id, new_value, event, created_at) values ($1, $2, 'ADD', $3)`,
      [row.id, row.content, row.now],
      'one-history',
    )
  }

  /** Two inserts of many rows, in one transaction. */
  async #multiRow(rows: readonly MemoryRow[]): Promise<void> {
    await this.#query('begin')
    for (let start = 0; start < rows.length; start += 1000) {
      const part = rows.slice(start, start + 1000)
      const records = part.map((_, i) => {
        const n = i * 5
        return `($${n + 1}, ${fixed}, $${n + 2}, $${n + 3}, $${n + 4}::bigint, $${n + 4}::bigint, null, 1, null, null, $${n + 5}::bytea)`
      })
      await this.#query(
        `insert into floor_records values ${records.join()}`,
        part.flatMap(row => [row.id, row.content, row.hash, row.now, this.#bytes(row.vector)]),
        `records-${part.length}`,
      )
      const histories = part.map((_, i) => `($${i * 3 + 1}, $${i * 3 + 2}, 'ADD', $${i * 3 + 3}::bigint)`)
      await this.#query(
        `insert into floor_histories (memory_id, new_value, event, created_at) values ${histories.join()}`,
        part.flatMap(({ id, content, now }) => [id, content, now]),
        `histories-${part.length}`,
      )
    }
    await this.#query('commit')
  }

  /** One statement over arrays, the vectors among them, which drivers send as text. */
  async #unnest(rows: readonly MemoryRow[]): Promise<void> {
    await this.#query(
      `with sent as (select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[])
           as s (id, content, hash, now, vector)),
         added as (insert into floor_records
           select id, ${fixed}, content, hash, now, now, null, 1, null, null, vector from sent)
       insert into floor_histories (memory_id, new_value, event, created_at) select id, content, 'ADD', now from sent`,
      [...columnsOf(rows), rows.map(({ vector }) => `\\x${vector.toString('hex')}`)],
      'unnest',
    )
  }

  /** One statement over arrays, and all vectors in one parameter that the server cuts up. */
  async #packed(rows: readonly MemoryRow[]): Promise<void> {
    await this.#query(
      `with sent as (select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) with ordinality
           as s (id, content, hash, now, n)),
         added as (insert into floor_records
           select id, ${fixed}, content, hash, now, now, null, 1, null, null,
             substring($5::bytea from (n::int - 1) * $6::int + 1 for $6::int) from sent)
       insert into floor_histories (memory_id, new_value, event, created_at) select id, content, 'ADD', now from sent`,
      [
        ...columnsOf(rows),
        this.#bytes(Buffer.concat(rows.map(({ vector }) => vector))),
        rows[0]?.vector.length,
      ],
      'packed',
    )
  }
}

function columnsOf(rows: readonly MemoryRow[]): unknown[] {
  return [
    rows.map(({ id }) => id),
    rows.map(({ content }) => content),
    rows.map(row => row.hash),
    rows.map(({ now }) => now),
  ]
}
