// The face for packages that are built on a PostgreSQL connection: other Stores, and indexes.
export { connectPostgres } from './connection/connect-postgres.ts'
export type {
  ConnectSettings,
  PgLibrary,
  PgPool,
  PostgresAccess,
  PostgresSource,
} from './connection/connect-postgres.ts'
export { connectionTable, refuseBeside, sourceOf } from './connection/connection-options.ts'
export type { AnyKysely } from './connection/kysely-sender.ts'
export type { AnyPglite } from './connection/pglite-sender.ts'
export { PostgresDriver } from './connection/postgres-driver.ts'
export type { PostgresConnection } from './connection/postgres-connection.ts'
export { isPassing, postgresError } from './flavor/postgres-error.ts'
export { openStoreOn } from './open-store-on.ts'
