export { openUsearchIndex } from './open-usearch-index.ts'
export type { UsearchIndexOptions } from './usearch-options.ts'
