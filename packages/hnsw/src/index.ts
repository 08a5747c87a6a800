export { openHnswIndex } from './hnsw-index.ts'
export type { HnswIndexOptions } from './hnsw-index.ts'
