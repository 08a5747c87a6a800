import { readFileSync } from 'node:fs'
import type { AddressForm, Part } from './manifest.ts'

/** A backend of this project, installed or not. */
export interface KnownBackend {
  readonly package: string
  /** Another scheme for it. */
  readonly alias?: string
  readonly from: AddressForm
  /** See `Manifest.beside`. */
  readonly beside?: string
  /** Such as 'the Store on SQLite'. */
  readonly about: string
  /** True for a dependency of this program; the others are installed by those who use them. */
  readonly bundled?: boolean
}

/** By part and scheme. */
export type BackendList = Readonly<Record<Part, Readonly<Record<string, KnownBackend>>>>

/** Written by `npm run lists`, from the manifests of the packages. */
export const knownBackends: BackendList = JSON.parse(
  readFileSync(new URL('../../backends.json', import.meta.url), 'utf8'),
)

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
