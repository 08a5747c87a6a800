import { ExactIndex, HashEmbedder } from '@agentmem/core'
import { usageError } from '../usage-error.ts'
import { pathOf } from './backend-url.ts'
import type { BackendUrl } from './backend-url.ts'
import type { AddressForm, Part } from './manifest.ts'

/** A backend that needs no package but core. `dimensions` are those of the embedder. */
export interface CoreBackend {
  readonly create: (url: BackendUrl, dimensions: number) => AsyncDisposable
}

/** The backends of core, by scheme. Every other one is found by its name: see `findBackend`. */
export const coreBackends: Readonly<Record<Part, ReadonlyMap<string, CoreBackend>>> = {
  store: new Map(),
  index: new Map([['exact', { create: (_url, dimensions) => new ExactIndex(dimensions) }]]),
  embedder: new Map([
    ['hash', { create: ({ address }) => new HashEmbedder({ dimensions: hashDimensions(address) }) }],
  ]),
}

/** What the address becomes among the options of a backend, by the `from` of its manifest. */
export const addressForms: Readonly<Record<AddressForm, (url: BackendUrl) => object>> = {
  // `postgres://host/db` is a URL as a whole, `pgvector:postgres://host/db` has one behind its colon.
  url: ({ address, url }) => ({ url: /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : url }),
  path: url => ({ path: pathOf(url) }),
  // Such as lancedb:s3://bucket/memories.
  'path-or-uri': url => (url.address.includes('://') ? { uri: url.address } : { path: pathOf(url) }),
  // `libsql://host` is a server, `libsql:http://host` another, and `libsql:memories.db` a file.
  'file-url': ({ address, url }) => ({
    url: address.startsWith('//')
      ? url
      : /^(?:https?|wss?|file):/i.test(address)
        ? address
        : `file:${address}`,
  }),
  model: ({ address }) => (address === '' ? {} : { model: address }),
}

function hashDimensions(address: string): number | undefined {
  if (address === '') return undefined
  if (/^\d+$/.test(address)) return Number(address)
  throw usageError(`--embedder hash takes a number of dimensions, such as hash:768, not 'hash:${address}'.`)
}
