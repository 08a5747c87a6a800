export { openSqliteVecIndex } from './open-sqlite-vec-index.ts'
export type { SqliteVecIndexOptions } from './sqlite-vec-options.ts'
