import type { TextEntry } from '../contracts/text-index.ts'
import { splitWords } from '../text/split-words.ts'
import { stopWords } from '../text/stop-words.ts'

/** A name before a colon: at most 30 characters of at most three words. */
const leadingName = /^\s*(\p{L}[\p{L}\p{M}'’.-]{0,29}(?: [\p{L}][\p{L}\p{M}'’.-]{0,29}){0,2}) ?[:：]/u
const longestName = 30

/** The name of who said a text: its actor, or else the name that it begins with. */
export function actorName({ actorId, content }: Pick<TextEntry, 'actorId' | 'content'>): string | undefined {
  if (actorId !== null) return actorId
  const name = leadingName.exec(content.slice(0, longestName + 8))?.[1]
  return name !== undefined && name.length <= longestName ? name : undefined
}

/** Those who said the texts of a shelf, as numbers from 1. 0 is someone who is not known. */
export class Actors {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = ['']
  readonly #words: (readonly string[])[] = [[]]
  /** How many texts each has said. */
  readonly #uses: number[] = [0]
  /** Those whose name begins with a word. */
  readonly #byFirstWord = new Map<string, number[]>()

  add(name: string | undefined): number {
    if (name === undefined) return 0
    const words = splitWords(name, 'query')
    const [first] = words
    if (first === undefined) return 0
    const key = words.join(' ')
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#words.push(words) - 1
      this.#names.push(name)
      this.#uses.push(0)
      this.#numbers.set(key, number)
      this.#byFirstWord.set(first, [...(this.#byFirstWord.get(first) ?? []), number])
    }
    this.#uses[number] = (this.#uses[number] ?? 0) + 1
    return number
  }

  /** The name of one, as `add` takes it. */
  nameOf(number: number): string | undefined {
    return number === 0 ? undefined : this.#names[number]
  }

  remove(number: number): void {
    this.#uses[number] = (this.#uses[number] ?? 0) - 1
  }

  /** Those whose whole name a query has. A name that is a stop word, such as Will, must look like a name in it. */
  namedIn(query: string): ReadonlySet<number> {
    const words = new Set(splitWords(query, 'document'))
    const named = new Set<number>()
    for (const word of words) {
      for (const number of this.#byFirstWord.get(word) ?? []) {
        const name = this.#words[number] ?? []
        if ((this.#uses[number] ?? 0) === 0 || !name.every(part => words.has(part))) continue
        if (name.every(part => stopWords.has(part)) && !looksLikeName(name, query)) continue
        named.add(number)
      }
    }
    return named
  }

  get bytes(): number {
    return this.#words.length * 200
  }
}

/** Whether a word of a name stands in a query with a capital, and not as its first word. */
function looksLikeName(name: readonly string[], query: string): boolean {
  const [, ...later] = query.match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? []
  return later.some(word => /^\p{Lu}/u.test(word) && name.includes(word.toLowerCase()))
}
