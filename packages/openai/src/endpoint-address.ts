import { MemoryError } from '@agentmem/core/adapter'

/** The address of the endpoint's `/embeddings`. Throws `INVALID_ARGUMENT`. */
export function endpointUrl(baseUrl: string): URL {
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  // The address itself is not shown: a password may stand in it.
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw invalid("needs a baseUrl such as 'https://api.openai.com/v1'; the one given is no http address")
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(`has a baseUrl with a password in it (host ${url.host}); give it as apiKey or in headers`)
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/embeddings`
  return url
}

interface RequestHeaders {
  readonly headers: Headers
  readonly secrets: readonly string[]
}

/** The headers of each request, and those of their values that may be secret. Throws `INVALID_ARGUMENT`. */
export function requestHeaders(
  url: URL,
  apiKey: string | undefined,
  given: Readonly<Record<string, string>> = {},
): RequestHeaders {
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' })
  const key = apiKey ?? keyOfEnvironment(url)
  if (key !== undefined) {
    setHeader(headers, 'authorization', `Bearer ${checkKey(key)}`, 'apiKey')
  }
  for (const [name, value] of Object.entries(given)) setHeader(headers, name, value, `headers['${name}']`)
  if (isOpenAI(url) && !headers.has('authorization')) {
    throw invalid('needs an apiKey, as an option or as OPENAI_API_KEY in the environment')
  }
  // Shorter values are switches and versions; to blot them out would garble messages.
  const secrets = Object.values(given).filter(value => value.length >= 8)
  return { headers, secrets: key === undefined ? secrets : [key, ...secrets] }
}

/** The environment's key is OpenAI's; no other host gets to see it. */
function keyOfEnvironment(url: URL): string | undefined {
  return isOpenAI(url) ? process.env['OPENAI_API_KEY']?.trim() || undefined : undefined
}

function isOpenAI(url: URL): boolean {
  return url.host === 'api.openai.com'
}

function checkKey(key: unknown): string {
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key)) {
    throw invalid('has an apiKey that is empty, or holds a space, a line break or another such character')
  }
  return key
}

function setHeader(headers: Headers, name: string, value: string, option: string): void {
  try {
    headers.set(name, value)
  } catch {
    // Not as a cause: its message shows the value.
    throw invalid(`has ${option} with a name or a value that HTTP does not allow`)
  }
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openOpenAIEmbedder ${what}.`)
}
