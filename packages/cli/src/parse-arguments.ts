import type { MemoryError } from '@agentmem/core'
import { nearest, parseJson } from '@agentmem/core/adapter'
import { parseArgs } from 'node:util'
import { formatCount } from './terminal/format-numbers.ts'
import { usageError } from './usage-error.ts'

export interface OptionSpec {
  /** What its value is called in the help; an option without one is a flag. */
  readonly value?: string
  readonly short?: string
  readonly about: string
  /** The words that its value may be, where they are few. */
  readonly choices?: readonly string[]
}

/** Options by their long names. */
export type OptionTable = Readonly<Record<string, OptionSpec>>

/** A command line that was split up: its options are known ones, and have values where they need them. */
export class Arguments {
  readonly operands: readonly string[]
  readonly #values: ReadonlyMap<string, string>

  constructor(operands: readonly string[], values: ReadonlyMap<string, string>) {
    this.operands = operands
    this.#values = values
  }

  /** The options that were given. */
  get names(): string[] {
    return [...this.#values.keys()]
  }

  flag(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string): string | undefined {
    return this.#values.get(name)
  }

  number(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (Number.isFinite(value) && text.trim() !== '') return value
    throw usageError(`--${name} takes a number, not '${text}'.`)
  }

  /** A whole number from 1 to `most`. */
  count(name: string, most: number): number | undefined {
    const value = this.number(name)
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return value
    throw usageError(`--${name} takes a whole number from 1 to ${formatCount(most)}, not '${value}'.`)
  }

  /** One of a few words. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const chosen = choices.find(choice => choice === text)
    if (chosen !== undefined) return chosen
    throw usageError(
      `--${name} takes ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, not '${text}'.`,
    )
  }

  json(name: string): unknown {
    const text = this.text(name)
    if (text === undefined) return undefined
    try {
      return parseJson(text)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : ''
      throw usageError(
        `--${name} takes JSON, not '${text}': ${why} Put it in single quotes, with its keys in double ones.`,
        cause,
      )
    }
  }

  oneOf<const Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = this.text(name)
    const value = values.find(one => one === text)
    if (text === undefined || value !== undefined) return value
    throw usageError(`--${name} takes ${values.join(' or ')}, not '${text}'.`)
  }
}

/** Splits a command line. Throws `INVALID_ARGUMENT` for an option that is unknown, or lacks its value. */
export function parseArguments(argv: readonly string[], options: OptionTable): Arguments {
  // Not strict: the messages of the strict parser name no near match, and show values, which may be secret.
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value, short }]) => [
        name,
        {
          type: value === undefined ? ('boolean' as const) : ('string' as const),
          ...(short ? { short } : {}),
        },
      ]),
    ),
  })
  const operands: string[] = []
  const values = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const spec = Object.hasOwn(options, name) ? options[name] : undefined
    if (!spec) throw unknownOption(rawName, Object.keys(options))
    if (values.has(name)) throw usageError(`${rawName} is given twice.`)
    values.set(
      name,
      spec.value === undefined ? flagValue(rawName, value) : textValue(token.rawName, value, inlineValue),
    )
  }
  return new Arguments(operands, values)
}

function flagValue(rawName: string, value: string | undefined): string {
  if (value !== undefined) throw usageError(`${rawName} takes no value.`)
  return ''
}

function textValue(rawName: string, value: string | undefined, inline: boolean | undefined): string {
  if (value === undefined || value === '') throw usageError(`${rawName} needs a value.`)
  if (!inline && /^-./.test(value) && Number.isNaN(Number(value))) {
    throw usageError(`${rawName} needs a value; one that begins with '-' is written ${rawName}=VALUE.`)
  }
  return value
}

function unknownOption(rawName: string, known: readonly string[]): MemoryError {
  const near = nearest(rawName.replace(/^-+/, ''), known)
  return usageError(`There is no option ${rawName}${near === undefined ? '.' : `; did you mean --${near}?`}`)
}
