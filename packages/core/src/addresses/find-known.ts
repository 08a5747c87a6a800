import { knownBackends } from './known-backends.ts'
import type { KnownBackend, Part } from './manifest.ts'

/** The backend of a scheme or of an alias, with its scheme; undefined when the list has none. */
export function findKnown(
  part: Part,
  name: string,
): (KnownBackend & { readonly scheme: string }) | undefined {
  for (const [scheme, known] of Object.entries(knownBackends[part])) {
    if (scheme === name || known.alias === name) return { ...known, scheme }
  }
  return undefined
}

/** Every scheme and alias of a part. */
export function knownSchemes(part: Part): string[] {
  return Object.entries(knownBackends[part]).flatMap(([scheme, { alias }]) =>
    alias === undefined ? [scheme] : [scheme, alias],
  )
}
