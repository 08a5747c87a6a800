import { HashEmbedder } from '../../packages/core/dist/index.js'
import type { SharedEmbedder } from './peer.ts'

/** The vectors that every library is given. */
export interface CountedEmbedder extends SharedEmbedder {
  /** Calls until now. */
  calls(): number
}

export function sharedEmbedder(): CountedEmbedder {
  const hash = new HashEmbedder()
  let calls = 0
  return {
    dimensions: hash.dimensions,
    embed: async texts => {
      calls++
      return (await hash.embed(texts)).map(vector => Array.from(vector))
    },
    calls: () => calls,
  }
}
