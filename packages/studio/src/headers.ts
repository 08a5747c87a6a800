/**
 * What every answer says to a browser: take nothing from elsewhere, run no text as code, put the page into no other, keep
 * nothing, and tell nobody where it was. With trusted types a browser refuses every assignment of a text as HTML.
 */
const common: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** The headers of an answer of this type. */
export function headersOf(type: string): Readonly<Record<string, string>> {
  return { ...common, 'content-type': type }
}
