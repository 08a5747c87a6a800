import { invalid } from '@agentmem/core/adapter'

export function isHttpAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
}

/** True for a key that fits into a header: visible ASCII characters. */
export function isHeaderToken(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key)
}

/** The address of a path, such as `/embeddings`. Throws `INVALID_ARGUMENT` for one with a password, without showing it. */
export function endpointUrl(owner: string, baseUrl: string, path: string): URL {
  const url = new URL(baseUrl)
  if (/[@#]/.test(baseUrl)) {
    throw invalid(
      owner,
      // Not even the host: an '@' or a '#' in a password that is not escaped makes a part of it the host.
      'has a baseUrl with a password in it, or with a part after #, and does not show it; give a key as apiKey or in headers',
    )
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  return url
}

interface RequestHeaders {
  readonly headers: Headers
  readonly secrets: readonly string[]
}

/** The headers of each request, and those of their values that may be secret. Throws `INVALID_ARGUMENT`. */
export function requestHeaders(
  owner: string,
  url: URL,
  apiKey: string | undefined,
  given: Readonly<Record<string, string>> = {},
): RequestHeaders {
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' })
  const set = (name: string, value: string, option: string): void => {
    try {
      headers.set(name, value)
    } catch {
      // Not as a cause: its message shows the value.
      throw invalid(owner, `has ${option} with a name or a value that HTTP does not allow`)
    }
  }
  const key = apiKey ?? keyOfEnvironment(owner, url)
  if (key !== undefined) set('authorization', `Bearer ${key}`, 'apiKey')
  for (const [name, value] of Object.entries(given)) set(name, value, `headers['${name}']`)
  if (isOpenAI(url) && !headers.has('authorization')) {
    throw invalid(owner, 'needs an apiKey, as an option or as OPENAI_API_KEY in the environment')
  }
  // Shorter values are switches and versions; hiding them would garble messages.
  const secrets = Object.values(given).filter(value => value.length >= 8)
  return { headers, secrets: key === undefined ? secrets : [key, ...secrets] }
}

/** The environment's key is OpenAI's; no other host gets to see it. */
function keyOfEnvironment(owner: string, url: URL): string | undefined {
  const key = isOpenAI(url) ? process.env['OPENAI_API_KEY']?.trim() || undefined : undefined
  if (key === undefined || isHeaderToken(key)) return key
  throw invalid(
    owner,
    'finds a key in OPENAI_API_KEY with a space, a line break or another such character; correct it',
  )
}

function isOpenAI(url: URL): boolean {
  return url.host === 'api.openai.com'
}
