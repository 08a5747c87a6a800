import type { OptionReader } from './option-readers.ts'

/** What an option of a URL may be. */
export interface UrlParameter {
  /** After "give": `true, false`. */
  readonly allowed: string
  readonly holds: (value: string) => boolean
}

/** One of these values, as they are written here. */
export function urlValues(...values: readonly string[]): UrlParameter {
  return { allowed: values.join(', '), holds: value => values.includes(value) }
}

/** A text that matches; by default any that is not empty. */
export function urlText(allowed: string = 'a text', pattern: RegExp = /./s): UrlParameter {
  return { allowed, holds: value => pattern.test(value) }
}

export interface ServerUrl {
  /** Such as `postgres`, without the colon. */
  readonly schemes: readonly string[]
  readonly example: string
  /** True where the path must name a database. */
  readonly needsDatabase?: boolean
  /** The options behind the `?` that are carried out; every other is refused. */
  readonly parameters: Readonly<Record<string, UrlParameter>>
  /** What takes the place of an option that others know: `{ schema: "the option schema" }`. */
  readonly instead?: Readonly<Record<string, string>>
}

const escapes = "in a user or a password '@' is written %40, ':' %3A, '/' %2F, '?' %3F, '#' %23 and '%' %25"

/**
 * The URL of a server, which may hold a password: no message shows it, and none that a driver makes of its parts, since
 * a password that is not escaped is refused here. So is what the URL asks for and the driver would not do: an option that it
 * does not know, and several hosts.
 */
export function serverUrl(spec: ServerUrl): OptionReader<string> {
  return {
    allowed: `a url${spec.needsDatabase ? ' with a database,' : ''} such as '${spec.example}'`,
    secret: true,
    read: value =>
      typeof value === 'string' && problemOf(value, spec) === undefined ? { value } : undefined,
    why: value => (typeof value === 'string' ? problemOf(value, spec) : undefined),
  }
}

/** What is wrong with a URL, without its parts; '' when that is its form. */
function problemOf(text: string, spec: ServerUrl): string | undefined {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? []
  if (!spec.schemes.includes(scheme.toLowerCase())) return ''
  if (!isEscaped(rest)) return `it has a character that begins another part: ${escapes}`
  const [, host = ''] = /^(?:[^@]*@)?([^/?]*)/.exec(rest) ?? []
  if (host.includes(',')) return 'it names several hosts, which the driver does not try in turn; name one'
  if (!URL.canParse(text)) return ''
  const { pathname, searchParams } = new URL(text)
  if (spec.needsDatabase && !/^\/[^/]+$/.test(pathname)) return ''
  for (const name of new Set(searchParams.keys())) {
    const problem = parameterProblem(name, searchParams.getAll(name), spec)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** True when an '@' ends the user and nothing else, and each '%' begins an escape. */
function isEscaped(rest: string): boolean {
  const [, user = '', behind = ''] = /^([^@]*@)?(.*)$/s.exec(rest) ?? []
  return !/[@#\s]/.test(behind) && !/[/?#\s]/.test(user) && !/%(?![0-9a-f]{2})/i.test(rest) && canDecode(rest)
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function parameterProblem(
  name: string,
  values: readonly string[],
  { parameters, instead = {} }: ServerUrl,
): string | undefined {
  const allowed = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  if (allowed === undefined) {
    const advice = Object.hasOwn(instead, name) ? instead[name] : undefined
    const known = Object.keys(parameters).join(', ') || 'none'
    return `its option ${shown(name)} would have no effect; ${advice === undefined ? `there are: ${known}` : `use ${advice}`}`
  }
  const [value = '', ...more] = values
  if (more.length > 0) return `its option ${name} is given twice`
  return allowed.holds(value) ? undefined : `its option ${name} has another value; give ${allowed.allowed}`
}

/** A name is no secret unless it is none: a long one, or one with other characters, is not shown. */
function shown(name: string): string {
  return /^[A-Za-z][\w.-]{0,40}$/.test(name) ? `'${name}'` : 'with such a name'
}
