import { resolve } from 'node:path'

/** How one option is read. */
export interface OptionReader<Value> {
  /** What is allowed, after "give": `a whole number from 1 to 64`. */
  readonly allowed: string
  /** The value that is used; undefined for one that is refused. Never asked about `undefined`. */
  readonly read: (value: unknown) => { readonly value: Value } | undefined
  /** What is used when the option is left out; without it the option is required. */
  readonly preset?: { readonly value: Value } | undefined
  /** True when no message may show what was given. */
  readonly secret?: boolean
  /** What is wrong with a value that is refused, fit to be shown where the value is not; '' or undefined: nothing to say. */
  readonly why?: (value: unknown) => string | undefined
}

/** An option that stays `undefined` when it is left out. */
export function optional<Value>(reader: OptionReader<Value>): OptionReader<Value | undefined> {
  return { ...reader, preset: { value: undefined } }
}

/** An option whose value may hold a password: no message shows it. */
export function secret<Value>(reader: OptionReader<Value>): OptionReader<Value> {
  return { ...reader, secret: true }
}

/** A string that passes `holds`; by default any that is not empty and has no NUL. */
export function text(
  allowed: string,
  preset?: string,
  holds: (value: string) => boolean = value => value !== '' && !value.includes('\0'),
): OptionReader<string> {
  return reader(allowed, value => typeof value === 'string' && holds(value), preset)
}

/** The address of a file or folder, made absolute. `inMemory` lets `':memory:'` through as it is. */
export function path(
  example: string,
  { inMemory = false }: { readonly inMemory?: boolean } = {},
): OptionReader<string> {
  const isMemory = (value: string): boolean => inMemory && value === ':memory:'
  const holds = (value: unknown): value is string =>
    typeof value === 'string' &&
    value !== '' &&
    value === value.trim() &&
    !value.includes('\0') &&
    value.isWellFormed()
  return {
    allowed: `a path, such as '${example}'${inMemory ? " or ':memory:'" : ''}`,
    read: value => (holds(value) ? { value: isMemory(value) ? value : resolve(value) } : undefined),
  }
}

/** Up to `most` letters, digits or `_`, of which the first is no digit; lower-case letters alone on request. */
export function identifier(
  most: number,
  preset?: string,
  { lowerCase = false }: { readonly lowerCase?: boolean } = {},
): OptionReader<string> {
  const pattern = lowerCase ? /^[a-z_][a-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_]*$/
  const holds = (value: string): boolean => value === preset || (pattern.test(value) && value.length <= most)
  return text(
    `up to ${most} ${lowerCase ? 'lower-case ' : ''}letters, digits or '_', no digit first`,
    preset,
    holds,
  )
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number, preset?: number): OptionReader<number> {
  const holds = (value: unknown): boolean => Number.isInteger(value) && isWithin(value, least, most)
  return reader(`a whole number from ${least} to ${most}`, holds, preset)
}

/** A number from `least` to `most`. */
export function number(least: number, most: number, preset?: number): OptionReader<number> {
  const holds = (value: unknown): boolean => typeof value === 'number' && isWithin(value, least, most)
  return reader(`a number from ${least} to ${most}`, holds, preset)
}

/** One of these strings. */
export function oneOf<const Value extends string>(
  values: readonly Value[],
  preset?: NoInfer<Value>,
): OptionReader<Value> {
  const allowed = values.map(value => `'${value}'`).join(' or ')
  return reader<Value>(allowed, value => (values as readonly unknown[]).includes(value), preset)
}

/** True or false. */
export function flag(preset?: boolean): OptionReader<boolean> {
  return reader<boolean>('true or false', value => typeof value === 'boolean', preset)
}

/** A function of the caller's. Its arguments are not checked. */
export function callback<Callback>(preset?: Callback): OptionReader<Callback> {
  return reader<Callback>('a function', value => typeof value === 'function', preset)
}

/** An object of the caller's that has these methods, such as a pool or a Store. */
export function part<Part>(allowed: string, methods: readonly string[]): OptionReader<Part> {
  const holds = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    methods.every(method => typeof (value as Record<string, unknown>)[method] === 'function')
  return reader<Part>(allowed, holds)
}

/** An object whose values are strings, such as headers. It is copied. */
export function strings(example: string): OptionReader<Readonly<Record<string, string>>> {
  const read = (value: unknown): { value: Record<string, string> } | undefined => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const copy: Record<string, unknown> = { ...value }
    const holds = Object.values(copy).every(item => typeof item === 'string')
    return holds ? { value: copy as Record<string, string> } : undefined
  }
  return { allowed: `an object of strings, such as ${example}`, read }
}

/** A library that the caller has loaded, in place of an import; see `importLibrary`. */
export function library<Library>(name: string): OptionReader<Library | undefined> {
  const holds = (value: unknown): boolean =>
    typeof value === 'function' || (typeof value === 'object' && value !== null)
  return optional(reader<Library>(`the library ${name}, as import('${name}') gives it`, holds))
}

function reader<Value>(
  allowed: string,
  holds: (value: unknown) => boolean,
  preset?: Value,
): OptionReader<Value> {
  return {
    allowed,
    read: value => (holds(value) ? { value: value as Value } : undefined),
    preset: preset === undefined ? undefined : { value: preset },
  }
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number(value) >= least && Number(value) <= most
}
