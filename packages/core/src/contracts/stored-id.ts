import { hash } from 'node:crypto'

/** The organization of a Memory that was opened without one. */
export const defaultOrg = 'default'

/** Bits of the hash of an organization: 16 characters of base64url. */
const hashCharacters = 16
/** Characters that `storedId` puts before an id. */
export const idPrefixLength: number = hashCharacters + 2
/** An id that has them, as SQL's `like` has patterns. */
export const prefixedIdPattern: string = `@${'_'.repeat(hashCharacters)}:%`
const prefixed = /^@.{16}:/su
/** A prefix anywhere in a text. */
const prefixes = /@[\w-]{16}:/g

/**
 * Returns the id by which Store and indexes know a memory: they have one id for one memory of all organizations. In the
 * organization 'default' it is the id that callers use. In any other it stands behind `@`, 96 bits of the SHA-256 of the
 * organization's name in base64url, and `:`. So two organizations may use the same id. No caller can give an id of that form.
 */
export function storedId(orgId: string, id: string): string {
  return orgId === defaultOrg ? id : `${prefixOf(orgId)}${id}`
}

/** Returns the id that callers use for a memory, whatever its organization. */
export function givenId(stored: string): string {
  return isPrefixed(stored) ? stored.slice(idPrefixLength) : stored
}

/** True for an id of the form that only `storedId` makes. */
export function isPrefixed(id: string): boolean {
  return id.startsWith('@') && prefixed.test(id)
}

/** A text, such as that of an error, with the ids that callers use. */
export function withGivenIds(text: string): string {
  return text.includes('@') ? text.replaceAll(prefixes, '') : text
}

/** Calls come in batches of one organization. */
let last = { orgId: '', prefix: '' }

function prefixOf(orgId: string): string {
  if (last.orgId !== orgId) {
    const name = hash('sha256', orgId, 'base64url').slice(0, hashCharacters)
    last = { orgId, prefix: `@${name}:` }
  }
  return last.prefix
}
