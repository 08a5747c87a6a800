import type { Embedder } from './embedder.ts'
import { MemoryError } from './errors.ts'

/** The meta entry of a Store that says which model its vectors are of. */
export const embedderKey = 'embedder'
/** The meta entry that says for which model vectors are being staged. */
export const stagedKey = 'agentmem:staged'

type Model = Pick<Embedder, 'model' | 'dimensions'>

/** What the meta entry of a model is. */
export function identityOf({ model, dimensions }: Model): string {
  return JSON.stringify({ model, dimensions })
}

/** The error of an embedder that meets the vectors of another. Both are given as `identityOf` names them. */
export function modelMismatch(store: string, stored: string | undefined, mine: string): MemoryError {
  const own = JSON.parse(mine) as Model
  const theirs = stored === undefined ? undefined : (JSON.parse(stored) as Model)
  const held = theirs ? `${theirs.model} (${theirs.dimensions} dimensions)` : 'no model that is known'
  const open = theirs ? `Open it with ${theirs.model}, or move` : 'Move'
  return new MemoryError(
    'MODEL_MISMATCH',
    `The ${store} store holds vectors of ${held}; the embedder is ${own.model} (${own.dimensions}). ` +
      `${open} it to ${own.model} with Memory.reembed({ store, embedder }).`,
  )
}

/** The error of a caller whose staged vectors are gone. */
export function notStaging(embedder: string, staged: string | undefined): MemoryError {
  const found = staged === undefined ? 'it stages for none' : `it stages for ${staged}`
  return new MemoryError(
    'CONFLICT',
    `The store does not stage vectors for ${embedder} any more: ${found}. Another reembed was begun or has ended.`,
  )
}
