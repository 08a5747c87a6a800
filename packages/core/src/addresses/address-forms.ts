import { pathOf } from './backend-url.ts'
import type { BackendUrl } from './backend-url.ts'
import type { AddressForm } from './manifest.ts'

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
