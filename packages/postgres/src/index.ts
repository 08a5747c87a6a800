export { openPostgresStore } from './open-postgres-store.ts'
export type { PostgresStoreOptions } from './postgres-options.ts'
export type { AnyKysely } from './connection/kysely-sender.ts'
export type { PgLibrary } from './connection/connect-postgres.ts'
