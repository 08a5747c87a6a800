import { MemoryError } from '../contracts/errors.ts'

const secretName = 'token|pass|pwd|secret|key|auth'
// Up to the last '@': a password may hold '@' and '/' that are not escaped.
const credentials = /(:\/\/)[^\s'"`]*@/g
const secretParameter = new RegExp(`([?&;][^=&;\\s]*(?:${secretName})[^=&;\\s]*=)[^&;\\s'"\`]+`, 'gi')

/**
 * Removes the credentials from the URLs in a text.
 *
 * @example
 * console.log(redactUrls('postgres://ana:secret@localhost/m'))
 */
export function redactUrls(text: string): string {
  return text.replaceAll(credentials, '$1***@').replaceAll(secretParameter, '$1***')
}

/** Returns a function that removes the secrets of these URLs from a text, also where they stand alone. */
export function redactor(urls: readonly string[]): (text: string) => string {
  const secrets = [...new Set(urls.flatMap(secretsOf).flatMap(spellings))].sort((a, b) => b.length - a.length)
  return text => redactUrls(secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text))
}

/**
 * The error as a MemoryError, with the credentials removed from its message.
 *
 * @example
 * const error = redacted(new Error('no answer from postgres://ana:secret@localhost'), redactUrls)
 */
export function redacted(error: unknown, redact: (text: string) => string): MemoryError {
  const { code, message, retryable } = MemoryError.from(error, 'agentmem failed')
  return new MemoryError(code, redact(message), { cause: error, retryable })
}

/**
 * The password, and the parameters that are named like secrets. A password may hold '@' and '/' that are not
 * escaped, so each '@' is taken for the one that ends it.
 */
function secretsOf(url: string): string[] {
  const authority = url.slice(url.indexOf('//') + 2)
  const found: string[] = []
  for (const { index } of url.includes('//') ? authority.matchAll(/@/g) : []) {
    const user = authority.slice(0, index)
    const colon = user.indexOf(':')
    if (colon !== -1) found.push(user, user.slice(colon + 1))
  }
  for (const [, name = '', value = ''] of url.matchAll(/[?&;]([^=&;]+)=([^&;]*)/g)) {
    if (new RegExp(secretName, 'i').test(name)) found.push(value)
  }
  return found.filter(secret => secret !== '')
}

/** A library may show a secret as it was written, decoded, or encoded again. */
function spellings(secret: string): string[] {
  try {
    const decoded = decodeURIComponent(secret)
    return [secret, decoded, encodeURIComponent(decoded)]
  } catch {
    return [secret]
  }
}
