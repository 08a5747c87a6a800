import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { DatabaseConnection, QueryResult } from 'kysely'
import type { Tables } from '../src/database/tables.ts'

/** A database that answers every statement with these rows. */
export function openOnRows(rows: readonly object[]): Kysely<Tables> {
  const connection = {
    executeQuery: async <R>(): Promise<QueryResult<R>> => ({ rows: [...rows] as R[] }),
    async *streamQuery(): AsyncGenerator<never> {},
  } satisfies DatabaseConnection
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection }),
      createIntrospector: db => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}
