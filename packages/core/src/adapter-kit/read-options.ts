import { MemoryError } from '../contracts/errors.ts'
import { show } from '../contracts/show-value.ts'
import type { OptionReader } from './option-readers.ts'

/** The options of an `open...()` function: a reader for each name. */
export type OptionTable = Readonly<Record<string, OptionReader<unknown>>>

/** What {@link readOptions} gives for a table. */
export type Read<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends OptionReader<infer Value> ? Value : never
}

/**
 * Reads options by a table and fills in the defaults. An option of `undefined` is one that was left out; `null` is
 * a value like another. Throws `INVALID_ARGUMENT` with the option, its value and what is allowed; for a name that
 * the table does not have, with the names that it has. The value of a secret option is in no message.
 *
 * `owner` begins each message: the name of the function, such as `openSqliteStore`.
 */
export function readOptions<Table extends OptionTable>(
  owner: string,
  given: unknown,
  table: Table,
): Read<Table> {
  if (typeof given !== 'object' || given === null) {
    throw invalid(owner, `takes its options as an object, not ${show(given)}`)
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(table, name)) continue
    throw invalid(owner, `has no option '${name}'; there are ${Object.keys(table).join(', ')}`)
  }
  const values = given as Readonly<Record<string, unknown>>
  const read = Object.entries(table).map(([name, reader]) => [
    name,
    readOption(owner, name, values[name], reader),
  ])
  return Object.fromEntries(read) as Read<Table>
}

function readOption<Value>(owner: string, name: string, value: unknown, reader: OptionReader<Value>): Value {
  if (value === undefined && reader.preset) return reader.preset.value
  const read = value === undefined ? undefined : reader.read(value)
  if (read) return read.value
  if (value !== undefined && reader.secret) {
    const why = reader.why?.(value) || 'the value given is another, and not shown'
    throw invalid(owner, `needs ${reader.allowed} as its ${name}; ${why}`)
  }
  throw invalid(owner, `has ${name}: ${show(value)}; give ${reader.allowed}`)
}

/** The one of these options that was given. Throws `INVALID_ARGUMENT` when none was, or several were. */
export function exactlyOne<Name extends string>(
  owner: string,
  given: { readonly [Option in Name]?: unknown },
  names: readonly Name[],
): Name {
  const [found, ...others] = names.filter(name => given[name] !== undefined)
  if (found !== undefined && others.length === 0) return found
  const what = found === undefined ? 'none' : [found, ...others].join(' and ')
  throw invalid(
    owner,
    `needs one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}, and was given ${what}`,
  )
}

/** An `INVALID_ARGUMENT` error; `what` goes on where `owner` begins the sentence, without its full stop. */
export function invalid(owner: string, what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `${owner} ${what}.`)
}
