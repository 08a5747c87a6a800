import { DummyDriver, Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { CompiledQuery, QueryResult, SqlBool } from 'kysely'
import type { StoredRecord } from '@agentmem/core/adapter'
import { expect, test } from 'vitest'
import { findOwnRows } from '../src/calls/own-rows.ts'
import type { Flavor } from '../src/database/flavor.ts'
import { Statements } from '../src/database/session.ts'
import type { WriteSession } from '../src/database/session.ts'
import type { MemoriesTable, Tables } from '../src/database/tables.ts'

type Row = Pick<MemoriesTable, 'id' | 'hash' | 'version' | 'created_at' | 'updated_at'>

const record = { id: 'a', hash: 'h', createdAt: 5, updatedAt: 6 } as StoredRecord
const own: Row = {
  id: record.id,
  hash: record.hash,
  version: 1,
  created_at: record.createdAt,
  updated_at: record.updatedAt,
}

/** A session that answers each query with these rows, and tells what it was asked. */
function sessionWith(rows: readonly Row[]): { session: WriteSession; asked: CompiledQuery[] } {
  const asked: CompiledQuery[] = []
  const connection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      asked.push(query)
      return { rows: rows as unknown as R[] }
    },
    async *streamQuery(): AsyncGenerator<never> {},
  }
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection }),
      createIntrospector: db => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  const flavor = {
    isOneOf: (_column: unknown, ids: readonly string[]) => sql<SqlBool>`id in (${sql.join(ids)})`,
  }
  const session = { db, flavor: flavor as unknown as Flavor, statements: new Statements() }
  return { session: session as unknown as WriteSession, asked }
}

test('what was sent and is there is its own, and is looked for behind what the log had before', async () => {
  const { session, asked } = sessionWith([own])
  expect(await findOwnRows(session, [record, { ...record, id: 'b' }], 77, {})).toEqual(
    new Map([[record.id, 1]]),
  )
  expect(asked).toHaveLength(1)
  expect(asked[0]?.sql).toContain('"seq" > ?')
  expect(asked[0]?.parameters).toContain(77)
})

test.each([
  ['of another text', { hash: 'another' }],
  ['that was made at another time', { created_at: own.created_at + 1 }],
  ['that was changed since', { updated_at: own.updated_at + 1 }],
  ['that has another version', { version: 2 }],
])('a row %s is not its own', async (_what, other) => {
  const { session } = sessionWith([{ ...own, ...other }])
  expect(await findOwnRows(session, [record], 0, {})).toEqual(new Map())
})

test('of a call that replaces, a row of a later version keeps the time when it was made', async () => {
  const { session } = sessionWith([{ ...own, created_at: own.created_at - 1, version: 3 }])
  expect(await findOwnRows(session, [record], 0, { onTaken: 'replace' })).toEqual(new Map([[record.id, 3]]))
})
