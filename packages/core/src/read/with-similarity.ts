import { keysOf } from '../contracts/record-keys.ts'
import type { Scope } from '../contracts/record.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { innerProduct } from '../vectors/inner-product.ts'
import type { Candidate } from './candidate.ts'

/** Candidates that words alone found, with their similarity too: one more read of the Store. */
export async function withSimilarity<T extends Candidate>(
  { store }: MemoryParts,
  { vector, scope }: { readonly vector: Float32Array | undefined; readonly scope: Scope },
  candidates: readonly T[],
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const unknown = candidates.filter(({ similarity }) => similarity === undefined)
  if (vector === undefined || unknown.length === 0) return [...candidates]
  const ids = unknown.map(({ id }) => id)
  const vectors = await store.vectors(keysOf(ids, scope), { signal })
  const found = new Map(ids.map((id, i) => [id, vectors[i]]))
  return candidates.map(candidate => {
    const other = found.get(candidate.id)
    return other ? { ...candidate, similarity: innerProduct(vector, other, 0) } : candidate
  })
}
