import { invalid } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { databaseOf, joinTransactions } from '@agentmem/sql'
import { CompiledQuery, sql } from 'kysely'
import { layoutOf } from './layout.ts'
import { owner } from './sqlite-vec-options.ts'
import { writeBatch } from './write-batch.ts'

/** The file that a Store of `openSqliteStore` has open, and the prefix of its tables. */
export async function fileOf(store: Store): Promise<{ path: string; tablePrefix: string }> {
  const database = databaseOf(store)
  if (database?.flavor.name !== 'sqlite') {
    throw invalid(
      owner,
      `needs a store of openSqliteStore to join its transactions, not a ${store.name} store`,
    )
  }
  const { rows } = await sql<{
    file: string
  }>`select file from pragma_database_list where name = 'main'`.execute(database.reader)
  const path = rows[0]?.file ?? ''
  if (path === '') {
    throw invalid(owner, "cannot join the transactions of a store that is ':memory:'; give it a file")
  }
  return { path, tablePrefix: database.tablePrefix ?? '' }
}

/**
 * Makes the Store's transactions write the index, until the function that it returns is called. When the cursor
 * stands elsewhere, as when another process wrote without the index, nothing is written: the log's reader catches up.
 */
export function writeInTransactionsOf(store: Store, tablePrefix: string, dimensions: number): () => void {
  const layout = layoutOf(tablePrefix, dimensions)
  return joinTransactions(store, {
    async write(tx, batch) {
      const statements = writeBatch(layout, batch)
      let step = statements.next([])
      while (!step.done) {
        const query = CompiledQuery.raw(step.value.sql, [...step.value.parameters])
        const { rows } = await tx.executeQuery<Record<string, unknown>>(query)
        step = statements.next(rows)
      }
    },
  })
}
