export { openLancedbIndex } from './open-lancedb-index.ts'
export type { Arrow, Lancedb, LancedbLibraries } from './lancedb-libraries.ts'
export type { LancedbIndexOptions } from './lancedb-options.ts'
