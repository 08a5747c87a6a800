import { invalid } from '../checks/check-values.ts'
import { ExactIndex } from '../reference/exact-index.ts'
import { HashEmbedder } from '../reference/hash-embedder.ts'
import type { BackendUrl } from './backend-url.ts'
import type { Part } from './manifest.ts'

/** A backend that needs no package but core. `dimensions` are those of the embedder. */
export interface CoreBackend {
  readonly create: (url: BackendUrl, dimensions: number) => AsyncDisposable
}

/** The backends of core, by scheme. Every other one is in a package: see `findBackend`. */
export const coreBackends: Readonly<Record<Part, ReadonlyMap<string, CoreBackend>>> = {
  store: new Map(),
  index: new Map([['exact', { create: (_url, dimensions) => new ExactIndex(dimensions) }]]),
  embedder: new Map([
    ['hash', { create: ({ address }) => new HashEmbedder({ dimensions: hashDimensions(address) }) }],
  ]),
}

function hashDimensions(address: string): number | undefined {
  if (address === '') return undefined
  if (/^\d+$/.test(address)) return Number(address)
  throw invalid(`The embedder hash takes a number of dimensions, such as hash:768, not 'hash:${address}'.`)
}
