import { hash } from 'node:crypto'

/** The longest name that stands in a key as it is. A Store keeps keys of 255 characters, and more may come before this one. */
const longestName = 200
/** Stands before the hash of a longer name. */
const hashed = 'sha256:'

/**
 * Returns the key of the meta table for something of this kind that a user has named, an organization or an index. One
 * name has one key, and a key that is short enough whatever the length of the name.
 */
export function metaKey(kind: string, name: string): string {
  // What looks like a hash is hashed too: two names never have one key.
  const isKept = name.length <= longestName && !name.startsWith(hashed)
  return `${kind}:${isKept ? name : `${hashed}${hash('sha256', name, 'hex')}`}`
}
