import { invalid } from '../checks/check-values.ts'
import type { Part } from './manifest.ts'

/** Where a part of a memory is: `scheme:address`. */
export interface BackendUrl {
  /** In small letters. */
  readonly scheme: string
  /** The text behind the colon, as it was written. */
  readonly address: string
  /** The whole text, as it was written. */
  readonly url: string
}

// A scheme names a package, so it is never a path; one letter before a colon is a drive of Windows.
const schemeAndAddress = /^([a-z][a-z0-9-]+)(?::(.*))?$/is

/**
 * Splits `scheme:address`; a word alone is a scheme. Throws `INVALID_ARGUMENT`, which does not show the text, when it has
 * no scheme.
 */
export function parseBackendUrl(text: unknown, part: Part): BackendUrl {
  const match = typeof text === 'string' ? schemeAndAddress.exec(text) : null
  const [url = '', scheme = '', address = ''] = match ?? []
  if (!match) {
    throw invalid(
      `The address of the ${part} is SCHEME:ADDRESS, such as sqlite:./memories.db; there is no scheme in what was given.`,
    )
  }
  return { scheme: scheme.toLowerCase(), address, url }
}

/** The path in an address: `sqlite:/a.db` and `sqlite:///a.db` have the same one. */
export function pathOf({ address }: BackendUrl): string {
  return address.replace(/^\/\/(?=.)/, '')
}

/** The URL without user name, password and parameters, fit to be shown. */
export function shownUrl({ scheme, address }: BackendUrl): string {
  if (address === '') return scheme
  const [place = ''] = address.replace(/\/\/.*@/s, '//***@').split('?')
  return `${scheme}:${place}`
}
