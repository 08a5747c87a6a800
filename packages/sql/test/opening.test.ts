import { expect, test, vi } from 'vitest'
import type { Flavor, FoundColumn, SqlDatabase } from '../src/database/flavor.ts'
import { openSqlStore } from '../src/sql-store.ts'
import { openOnRows } from './open-on-rows.ts'

const made: readonly FoundColumn[] = [
  { table: 'meta', column: 'key' },
  { table: 'meta', column: 'value' },
  { table: 'memories', column: 'id' },
]

/** A database whose tables are of this release, and whose first looks at them fail with these errors. */
function database(errors: readonly Error[], close = async (): Promise<void> => undefined): SqlDatabase {
  const db = openOnRows([{ value: '6' }])
  const left = [...errors]
  const flavor: Partial<Flavor> = {
    name: 'sample',
    columns: async () => {
      const error = left.shift()
      if (error) throw error
      return [...made]
    },
    isMigrationRace: error => error instanceof Error && error.message === 'raced',
    errorOf: () => undefined,
  }
  const counters = { statements: 0, transactions: 0, roundTrips: 0 }
  return { flavor: flavor as Flavor, reader: db, writer: db, counters, close }
}

test('a store opens beside one that makes the same tables on another node', async () => {
  await using store = await openSqlStore(database([new Error('raced'), new Error('raced')]))
  expect(store.name).toBe('sample')
})

test('an error that nobody knows is a MemoryError, and the database is closed', async () => {
  const close = vi.fn(async () => undefined)
  const error = new TypeError('boom')
  await expect(openSqlStore(database([error], close))).rejects.toMatchObject({
    name: 'MemoryError',
    code: 'BACKEND',
    cause: error,
    message: 'The sample store cannot be opened: boom',
  })
  expect(close).toHaveBeenCalledOnce()
})

test('a database that does not close does not keep the error back', async () => {
  const never = (): Promise<void> => new Promise(() => undefined)
  await expect(openSqlStore(database([new TypeError('boom')], never))).rejects.toThrow(/boom/)
})
