import { foldCase } from '../text/fold-text.ts'
import { isUnspaced, splitWords } from '../text/split-words.ts'
import { hanNumeral, numberOf } from './number-of.ts'
import { plainText } from './tokens.ts'

/** A name that stands in a text, with the number in it. */
export interface FoundGluedName<Meaning> {
  readonly meaning: Meaning
  /** NaN where the name has none. */
  readonly number: number
  readonly at: number
  readonly end: number
}

const number = String.raw`(?<!\d)(?:\d{1,4}|${hanNumeral}{1,3})\s?`
/** What a regular expression takes for more than itself. */
const special = /[$()*+.?[\\\]^{|}]/
const leadingNumber = new RegExp(`^(?:\\d+|${hanNumeral}+)`)

/** Names of scripts that write no spaces, or particles without one: they are found within a run of letters too. */
export class GluedNames<Meaning> {
  /** By the name without its spaces, with `#` for a number. */
  readonly #names = new Map<string, Meaning>()
  #pattern: RegExp | undefined

  /** Whether a name is of such a script. */
  holds(name: string): boolean {
    return splitWords(name).some(isUnspaced)
  }

  /** Keeps a name, in which digits stand for any number. The first meaning of a name stays. */
  set(name: string, meaning: Meaning): void {
    const key = spaceless(name).replace(/\d+/, '#')
    if (this.#names.has(key)) return
    this.#names.set(key, meaning)
    this.#pattern = undefined
  }

  /** Finds the names in a `plainText`, of two that begin together the longer one. */
  *findAll(text: string): Generator<FoundGluedName<Meaning>> {
    if (this.#names.size === 0) return
    this.#pattern ??= patternOf([...this.#names.keys()])
    for (const { 0: found, index } of text.matchAll(this.#pattern)) {
      const name = spaceless(found)
      const number = leadingNumber.exec(name)?.[0] ?? ''
      const meaning = this.#names.get(name) ?? this.#names.get(`#${name.slice(number.length)}`)
      if (meaning === undefined) continue
      yield { meaning, number: numberOf(number), at: index, end: index + found.length }
    }
  }
}

function spaceless(text: string): string {
  return foldCase(plainText(text)).replace(/\s/g, '')
}

function patternOf(names: readonly string[]): RegExp {
  const alternatives = names
    .toSorted((a, b) => b.length - a.length)
    .map(name =>
      Array.from(name, letter => (letter === '#' ? number : letter.replace(special, '\\$&'))).join('\\s?'),
    )
  return new RegExp(alternatives.join('|'), 'gu')
}
