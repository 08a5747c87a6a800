import type { Store } from '@agentmem/core/adapter'
import type { PostgresAccess } from './postgres-access.ts'

const accesses = new WeakMap<Store, PostgresAccess>()

/** Lets an index use the connections of a Store, which stays the one that closes them. */
export function shareAccess(store: Store, access: PostgresAccess): void {
  accesses.set(store, { ...access, close: async () => undefined })
}

/** The connections of a Store on PostgreSQL or PGlite, and where its tables are; undefined for any other Store. */
export function accessOf(store: Store): PostgresAccess | undefined {
  return accesses.get(store)
}
