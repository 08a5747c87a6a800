export { openPgvectorIndex } from './open-pgvector-index.ts'
export type { PgvectorIndexOptions } from './pgvector-options.ts'
