import { show } from '@agentmem/core/adapter'

/** The longest answer that is read, in UTF-16 units. */
const longest = 2 ** 20

/** What was found in an answer: the objects of a list, and how many of its items were none; or why there is no list. */
export type ReadList =
  | { readonly items: readonly object[]; readonly unread: number }
  /** The text ends inside of the list. */
  | { readonly isCut: true }
  | { readonly fault: string }

/**
 * Reads the list that stands under `key` in the JSON of an answer. Prose, fences and braces around it are passed over; of
 * several lists the last counts, since a model that thinks aloud ends with its answer. Items that are no JSON objects are
 * counted and left out. The text is gone through once, however many braces it has.
 */
export function readList(text: string, key: string): ReadList {
  if (text.length > longest) return { fault: `the answer has more than ${longest} characters` }
  const whole = parsed(text)
  // Some wrap their JSON in a JSON string.
  if (typeof whole === 'string') return readList(whole, key)
  if (Array.isArray(whole)) return listOf(whole)
  if (whole !== undefined && typeof whole === 'object' && whole !== null && Object.hasOwn(whole, key)) {
    const value = (whole as Readonly<Record<string, unknown>>)[key]
    return Array.isArray(value)
      ? listOf(value)
      : { fault: `${JSON.stringify(key)} is ${show(value)}, where a list is expected` }
  }
  return search(text, key)
}

function search(text: string, key: string): ReadList {
  const start = new RegExp(`"${key}"\\s{0,100}:\\s{0,100}\\[`, 'g')
  let found: ReadList = { fault: `the answer is no JSON object with a list ${JSON.stringify(key)}` }
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const list = readItems(text, start.lastIndex)
    if (!list) return { isCut: true }
    found = list
    start.lastIndex = list.end
  }
  return found
}

/** The items from behind a `[` to its `]`; undefined where the text ends before that. */
function readItems(
  text: string,
  start: number,
): { readonly items: readonly object[]; readonly unread: number; readonly end: number } | undefined {
  const items: object[] = []
  let [unread, depth, from] = [0, 0, start]
  const take = (to: number): void => {
    const piece = text.slice(from, to)
    from = to + 1
    if (piece.trim() === '') return
    const item = parsed(piece)
    if (isObject(item)) items.push(item)
    else unread++
  }
  for (let at = start; at < text.length; at++) {
    const mark = text[at]
    if (mark === '"') at = endOfString(text, at)
    else if (mark === '[' || mark === '{') depth++
    else if (mark === ']' && depth === 0) {
      take(at)
      return { items, unread, end: at + 1 }
    } else if (mark === ']' || mark === '}') depth = Math.max(0, depth - 1)
    else if (mark === ',' && depth === 0) take(at)
  }
  return undefined
}

/** The place of the quote that ends a string; behind the text where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length
}

function listOf(list: readonly unknown[]): ReadList {
  const items = list.filter(isObject)
  return { items, unread: list.length - items.length }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
