import { hash } from 'node:crypto'

import { v7 as uuidv7 } from 'uuid'

export const userId = 'user'

/** What a floor writes of one memory. */
export interface MemoryRow {
  readonly id: string
  readonly content: string
  readonly hash: string
  readonly vector: Buffer
  readonly now: number
}

export function memoryRow(content: string, vector: Float32Array): MemoryRow {
  return {
    id: uuidv7(),
    content,
    hash: hash('sha256', content, 'hex'),
    vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength),
    now: Date.now(),
  }
}

/** The columns of the three tables of a floor, and the values of a row for each. */
export const tables = {
  records: {
    columns:
      'id org_id user_id agent_id run_id content hash metadata type level importance access_count last_accessed_at created_at updated_at expires_at version created_by updated_by'.split(
        ' ',
      ),
    values: ({ id, content, hash, now }: MemoryRow): unknown[] => [
      id,
      'default',
      userId,
      null,
      null,
      content,
      hash,
      '{}',
      'episodic',
      'normal',
      0.5,
      0,
      null,
      now,
      now,
      null,
      1,
      null,
      null,
    ],
  },
  vectors: { columns: ['id', 'vector'], values: ({ id, vector }: MemoryRow): unknown[] => [id, vector] },
  histories: {
    columns: 'memory_id previous_value new_value event actor_id role created_at'.split(' '),
    values: ({ id, content, now }: MemoryRow): unknown[] => [id, null, content, 'ADD', null, null, now],
  },
} as const

export type TableName = keyof typeof tables
export const tableNames = Object.keys(tables) as TableName[]

/** `insert into records (...) values (?, ...), (?, ...)`. */
export function insertOf(table: TableName, rows: number): string {
  const { columns } = tables[table]
  const row = `(${columns.map(() => '?').join()})`
  return `insert into ${table} (${columns.join()}) values ${Array.from({ length: rows }, () => row).join()}`
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
