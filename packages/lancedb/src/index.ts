export { openLancedbIndex } from './lancedb-index.ts'
export type { LancedbIndexOptions } from './lancedb-options.ts'
