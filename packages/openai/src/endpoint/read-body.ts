import { MemoryError } from '@agentmem/core/adapter'

export type JsonObject = Readonly<Record<string, unknown>>

/** Reads an answer as JSON. What `read` throws becomes `BACKEND`, with the reason and without the answer. */
export function readBody<T>(body: string, name: string, read: (answer: unknown) => T): T {
  try {
    return read(parse(body))
  } catch (error) {
    const reason = (error as Error).message
    throw new MemoryError('BACKEND', `The answer of ${name} is not used: ${reason}.`, { cause: error })
  }
}

/** The items in the order of their `index`, or as they come where none has one, as from Gemini. Throws unless each index is there once otherwise. */
export function inOrder(items: readonly unknown[], count: number, what: string): JsonObject[] {
  const objects = items.filter(isObject)
  const bare = objects.length === count && objects.every(({ index }) => index === undefined || index === null)
  return bare && items.length === count ? objects : byIndex(items, count, what)
}

/** The items in the order of their `index`. Throws unless each index from 0 to `count - 1` is there once. */
export function byIndex(items: readonly unknown[], count: number, what: string): JsonObject[] {
  if (items.length !== count) throw new TypeError(`it has ${items.length} ${what}s for ${count} texts`)
  const ordered: JsonObject[] = []
  for (const given of items) {
    const item = isObject(given) ? given : {}
    const { index } = item
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count) {
      throw new TypeError(
        `a ${what} has the index ${JSON.stringify(index)}, where 0 to ${count - 1} are expected`,
      )
    }
    if (ordered[index]) throw new TypeError(`it has two ${what}s with the index ${index}`)
    ordered[index] = item
  }
  return ordered
}

export function asObject(value: unknown): JsonObject {
  if (!isObject(value)) throw new TypeError('it is no object')
  return value
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // The parser's message quotes the body, which may quote the texts.
    throw new TypeError('it is no JSON')
  }
}
