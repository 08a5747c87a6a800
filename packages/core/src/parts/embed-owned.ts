import type { EmbedOptions } from '../contracts/embedder.ts'
import { CachedEmbedder } from '../embedding-cache/cached-embedder.ts'
import type { MemoryParts } from './memory-parts.ts'

/** Embeds texts in one call. Where several organizations share the cache, a vector is kept for its own alone. */
export function embedOwned(
  { embedder, tenants }: MemoryParts,
  texts: readonly string[],
  options: EmbedOptions,
  orgIds: () => readonly string[],
): Promise<Float32Array[]> {
  return tenants && embedder instanceof CachedEmbedder
    ? embedder.embed(texts, options, orgIds())
    : embedder.embed(texts, options)
}
