import { invalid } from '../checks/check-values.ts'
import { addressForms } from './address-forms.ts'
import type { BackendUrl } from './backend-url.ts'
import { findKnown } from './find-known.ts'
import type { Manifest } from './manifest.ts'

/** What a backend may need to know beside its own address. */
export interface Surroundings {
  /** Of the embedder; indexes are opened with it. */
  readonly dimensions: number
  /** The store's address, and the scheme of its manifest, whose alias the address may have. */
  readonly store: { readonly url: BackendUrl; readonly scheme: string }
}

/** The options that a backend is opened with. Throws `INVALID_ARGUMENT` when its address is missing or of another kind. */
export function optionsOf(manifest: Manifest, url: BackendUrl, around: Surroundings): object {
  const options = addressForms[manifest.from](placeOf(manifest, url, around))
  return manifest.part === 'index' ? { ...options, dimensions: around.dimensions } : options
}

/** A backend without an address of its own is where the store is, if the store is of the right kind. */
function placeOf(
  { part, scheme, from, beside }: Manifest,
  url: BackendUrl,
  { store }: Surroundings,
): BackendUrl {
  if (beside === undefined) return url
  const isUrl = from === 'url'
  const example = `${scheme}:${isUrl ? `${beside}://host/database` : './vectors.db'}`
  if (url.address === '') {
    if (store.scheme === beside) return store.url
    const place = isUrl ? 'database' : 'file'
    throw invalid(
      `The ${part} ${scheme}: is in the ${place} of a ${beside} store, and the store is ${store.url.scheme}; name a ${place}, such as ${example}.`,
    )
  }
  const schemes = [beside, findKnown('store', beside)?.alias]
  if (isUrl && !schemes.some(name => name !== undefined && url.address.startsWith(`${name}://`))) {
    // The address is not shown: it may hold a password.
    throw invalid(
      `What stands behind the ${part} ${scheme}: does not begin with ${beside}://; give a URL, such as ${example}.`,
    )
  }
  return url
}
