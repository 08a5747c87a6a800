import type { Embedder } from './embedder.ts'
import { MemoryError } from './errors.ts'

/** The key of the meta entry that names the model of a Store's vectors. */
export const embedderKey = 'embedder'
/** The key of the meta entry that names the model for which vectors are being staged. */
export const stagedKey = 'agentmem:staged'

type Model = Pick<Embedder, 'model' | 'dimensions'>

/** Returns the value of the meta entry for a model. */
export function identityOf({ model, dimensions }: Model): string {
  return JSON.stringify({ model, dimensions })
}

/**
 * The `MODEL_MISMATCH` error of a store with vectors of another model. `stored` and `mine` are values of
 * `identityOf`.
 */
export function modelMismatch(store: string, stored: string | undefined, mine: string): MemoryError {
  const own = JSON.parse(mine) as Model
  const theirs = stored === undefined ? undefined : (JSON.parse(stored) as Model)
  if (own.dimensions === 0 && theirs) {
    return new MemoryError(
      'MODEL_MISMATCH',
      `The ${store} store holds vectors of ${theirs.model} (${theirs.dimensions} dimensions), and was opened without an embedder; ` +
        `open it with an index and the embedder ${theirs.model}.`,
    )
  }
  if (theirs?.dimensions === 0) {
    return new MemoryError(
      'MODEL_MISMATCH',
      `The ${store} store holds no vectors, and was opened with the embedder ${own.model}. ` +
        'Open it without index and embedder, or make vectors with Memory.reembed({ store, embedder }).',
    )
  }
  const held = theirs ? `${theirs.model} (${theirs.dimensions} dimensions)` : 'no model that is known'
  const open = theirs ? `Open it with ${theirs.model}, or move` : 'Move'
  return new MemoryError(
    'MODEL_MISMATCH',
    `The ${store} store holds vectors of ${held}; the embedder is ${own.model} (${own.dimensions}). ` +
      `${open} it to ${own.model} with Memory.reembed({ store, embedder }).`,
  )
}

/** The `CONFLICT` error of a caller when the Store no longer stages vectors for its model. */
export function notStaging(embedder: string, staged: string | undefined): MemoryError {
  const found = staged === undefined ? 'it stages for none' : `it stages for ${staged}`
  return new MemoryError(
    'CONFLICT',
    `The store does not stage vectors for ${embedder} any more: ${found}. Another reembed was begun or has ended.`,
  )
}
