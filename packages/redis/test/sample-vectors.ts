import { createHash, randomUUID } from 'node:crypto'
import type { CachedVector, EmbeddingCacheScope } from '@agentmem/core/adapter'

/** Entries with vectors of unit length, always the same. */
export function entriesOf(count: number, { dimensions }: EmbeddingCacheScope, seed = 0): CachedVector[] {
  return Array.from({ length: count }, (_, n) => {
    const raw = Float32Array.from({ length: dimensions }, (_value, d) => Math.sin((n + 1) * (d + 2) + seed))
    const length = Math.hypot(...raw)
    const key = createHash('sha256').update(`text ${n} of ${seed}`).digest('hex')
    return { key, vector: raw.map(value => value / length) }
  })
}

export const keysOf = (entries: readonly CachedVector[]): string[] => entries.map(({ key }) => key)
export const vectorsOf = (entries: readonly CachedVector[]): Float32Array[] =>
  entries.map(({ vector }) => vector)

/** A beginning of keys that no other test has; what is under it is gone after a minute. */
export const isolated = () => ({ prefix: `test-${randomUUID()}`, ttlSeconds: 60 })
