export { openMysqlStore } from './open-mysql-store.ts'
export type { MysqlStoreOptions } from './mysql-options.ts'
