import { scopeKey } from '@agentmem/core/adapter'
import type { IndexStats, Match, Scope } from '@agentmem/core/adapter'

/** The settings of the worker. Sizes are in vectors. */
export interface HnswSettings {
  /** The folder of the snapshots; undefined: nothing is kept on disk. */
  readonly path: string | undefined
  readonly dimensions: number
  readonly m: number
  readonly efConstruction: number
  readonly efSearch: number
  readonly exactUpTo: number
}

/** Vectors of one dimension laid end to end, so that one buffer travels instead of thousands. */
export type PackedVectors = Float32Array<ArrayBuffer>

/** `upserts` of a LogBatch with each distinct scope once. */
export interface PackedBatch {
  readonly ids: readonly string[]
  readonly scopes: readonly Scope[]
  /** For each id the position of its scope. */
  readonly scopeOf: Uint32Array<ArrayBuffer>
  readonly vectors: PackedVectors
  readonly deletes: readonly string[]
  readonly cursor: number
}

export interface PackedQueries {
  readonly vectors: PackedVectors
  readonly ks: readonly number[]
  readonly scopes: readonly Scope[]
}

/** Every call that the worker answers: its argument and its result. */
export interface WorkerCalls {
  open: { takes: HnswSettings; gives: void }
  apply: { takes: PackedBatch; gives: void }
  search: { takes: PackedQueries; gives: Match[][] }
  /** Gives the vectors of the ids that are in the index, and for each id whether it is. */
  get: {
    takes: readonly string[]
    gives: { readonly found: readonly boolean[]; readonly vectors: PackedVectors }
  }
  cursor: { takes: undefined; gives: number }
  clear: { takes: undefined; gives: void }
  optimize: { takes: undefined; gives: void }
  stats: { takes: undefined; gives: IndexStats }
  close: { takes: undefined; gives: void }
}

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
