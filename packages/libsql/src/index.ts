export { openLibsqlStore } from './open-libsql-store.ts'
export type { LibsqlStoreOptions } from './libsql-options.ts'
