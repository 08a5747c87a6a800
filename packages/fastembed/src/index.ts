export { openFastEmbedder } from './open-fast-embedder.ts'
export type { FastEmbedder, FastEmbedderStats } from './fast-embedder.ts'
export type { FastEmbedderOptions } from './fast-options.ts'
export type { FastModelName } from './known-models.ts'
