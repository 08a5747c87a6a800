import type { Embedder } from '../contracts/embedder.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import type { SearchResult } from '../search-api.ts'
import type { SearchSignal } from '../signals/signals.ts'
import { trace } from '../signals/trace.ts'
import type { ParsedQuery } from './parse-query.ts'
import { searchMemories } from './search-memories.ts'

/** `searchMemories`, and what those who listen to searches are told. */
export function tracedSearch(
  parts: MemoryParts,
  queries: readonly ParsedQuery[],
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<SearchResult[]> {
  const message = (): SearchSignal => ({
    queries: queries.length,
    topK: sum(queries.map(({ topK }) => topK)),
  })
  const outcome = (found: readonly SearchResult[]): Partial<SearchSignal> => {
    const sizes = queries.map(({ scope }) => parts.texts.sizeOf(scope)).filter(size => size !== undefined)
    return {
      results: sum(found.map(({ results }) => results.length)),
      ...(sizes.length > 0 && { scopeTexts: sum(sizes) }),
    }
  }
  return trace('search', message, () => searchMemories(parts, queries, embedder, signal), outcome)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
