import { scopeKey } from '../contracts/record-keys.ts'
import type { Scope } from '../contracts/record.ts'

/** Vectors of one dimension laid end to end, so that one buffer travels instead of thousands. */
export type PackedVectors = Float32Array<ArrayBuffer>

/** Lays vectors end to end in a buffer of their own, which may be transferred. */
export function packVectors(vectors: readonly Float32Array[], dimensions: number): PackedVectors {
  const packed = new Float32Array(vectors.length * dimensions)
  for (const [i, vector] of vectors.entries()) packed.set(vector, i * dimensions)
  return packed
}

/** The vector at a position, without copying it. */
export function vectorAt(packed: PackedVectors, position: number, dimensions: number): PackedVectors {
  return packed.subarray(position * dimensions, (position + 1) * dimensions)
}

/** Each distinct scope once, and for each given scope the position of its equal. */
export function packScopes(all: readonly Scope[]): { scopes: Scope[]; scopeOf: Uint32Array<ArrayBuffer> } {
  const positions = new Map<string, number>()
  const scopes: Scope[] = []
  const scopeOf = new Uint32Array(all.length)
  for (const [i, scope] of all.entries()) {
    const key = scopeKey(scope)
    let position = positions.get(key)
    if (position === undefined) {
      const { orgId, userId, agentId, runId } = scope
      position = scopes.push({ orgId, userId, agentId, runId }) - 1
      positions.set(key, position)
    }
    scopeOf[i] = position
  }
  return { scopes, scopeOf }
}
