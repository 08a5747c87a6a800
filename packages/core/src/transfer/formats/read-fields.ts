import { invalid, isPlainObject } from '../../checks/check-values.ts'
import { show } from '../../contracts/show-value.ts'

/** An object of another program, whose fields may have any value. */
export type Fields = Readonly<Record<string, unknown>>

/** The fields of a value. Throws `INVALID_ARGUMENT` for what is no object; `what` names it. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (isPlainObject(value)) return value
  throw invalid(`${what} must be an object, not ${show(value)}.`)
}

/** The elements of an array; none where it is left out. Throws `INVALID_ARGUMENT` for anything else. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value as unknown[]
  throw invalid(`${what} must be an array, not ${show(value)}.`)
}

/** A text that is there and says something, else undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** The first of several values that is such a text. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = textOf(value)
    if (text !== undefined) return text
  }
  return undefined
}

/** A time as other programs write it: seconds since 1970, or text. Undefined where it is left out, and for 0. */
export function timeOf(value: unknown): number | string | undefined {
  if (typeof value === 'number' && value !== 0) return Math.round(value * 1_000)
  return textOf(value)
}

/** The texts of a message's parts, joined by newlines: those that are strings, or of one of these types. */
export function joinedText(
  content: unknown,
  types: readonly string[] = ['text', 'input_text', 'output_text'],
): string | undefined {
  if (!Array.isArray(content)) return textOf(content)
  const texts = content.flatMap((part: unknown) => {
    if (typeof part === 'string') return [part]
    if (!isPlainObject(part) || !types.includes(String(part['type']))) return []
    return typeof part['text'] === 'string' ? [part['text']] : []
  })
  return textOf(texts.join('\n'))
}

/** The entries that have a value: other programs write null for what they lack. */
export function given<T extends object>(fields: T): { [K in keyof T]: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(entries) as { [K in keyof T]: NonNullable<T[K]> }
}
