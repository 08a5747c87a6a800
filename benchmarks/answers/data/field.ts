import { show } from '@agentmem/core/adapter'

import { UsageError } from '../../run/command-options.ts'

/** A JSON object of a data set, and where it stands, for messages. */
export interface Entry {
  readonly value: Readonly<Record<string, unknown>>
  readonly place: string
}

/** An object; throws `UsageError` for anything else. */
export function entryOf(value: unknown, place: string): Entry {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Readonly<Record<string, unknown>>, place }
  }
  throw new UsageError(`${place} must be an object, not ${show(value)}.`)
}

/** A field that is a text or a number, as a text. */
export function textOf({ value, place }: Entry, name: string): string {
  const field = value[name]
  if (typeof field === 'string' || typeof field === 'number') return String(field)
  throw new UsageError(`${place}: ${name} must be a text, not ${show(field)}.`)
}

/** A text, or undefined where there is no such field. */
export function optionalText(entry: Entry, name: string): string | undefined {
  return (entry.value[name] ?? undefined) === undefined ? undefined : textOf(entry, name)
}

export function listOf({ value, place }: Entry, name: string): readonly unknown[] {
  const field = value[name]
  if (Array.isArray(field)) return field as unknown[]
  throw new UsageError(`${place}: ${name} must be a list, not ${show(field)}.`)
}

/** The objects of a list. */
export function entriesOf(entry: Entry, name: string): Entry[] {
  return listOf(entry, name).map((value, i) => entryOf(value, `${entry.place}, ${name}[${i}]`))
}
