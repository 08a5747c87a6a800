import type { AddressForm, KnownBackend } from '@agentmem/core/open'

/** What a list for people says of a backend. */
export interface DescribedBackend {
  /** How its addresses are written, such as 'lancedb:PATH'. */
  readonly addresses: readonly string[]
  /** Such as 'Store on SQLite'. */
  readonly about: string
}

export function describeBackend(scheme: string, known: Omit<KnownBackend, 'load'>): DescribedBackend {
  return { addresses: addressesOf(scheme, known), about: known.about.replace(/^the /, '') }
}

function addressesOf(scheme: string, { alias, from, beside }: Omit<KnownBackend, 'load'>): string[] {
  const schemes = alias === undefined ? [scheme] : [scheme, alias]
  const forms: Readonly<Record<AddressForm, readonly string[]>> = {
    url: beside === undefined ? schemes.map(name => `${name}://...`) : [`${scheme}:${beside}://...`],
    path: [`${scheme}:PATH`],
    'path-or-uri': [`${scheme}:PATH`, `${scheme}:URI`],
    'file-url': [`${scheme}:PATH`, `${scheme}://...`],
    model: [`${scheme}:MODEL`],
  }
  return beside === undefined ? [...forms[from]] : [`${scheme}:`, ...forms[from]]
}
