export { openHnswIndex } from './open-hnsw-index.ts'
export type { HnswIndexOptions } from './hnsw-options.ts'
