import { plainText, tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'

/** A name that stands in a text. */
export interface FoundName<Meaning> {
  readonly meaning: Meaning
  /** Its folded words, with the ending that it was given in. */
  readonly name: string
  /** How many tokens it has. */
  readonly length: number
}

/** Longer words are no names, and are not compared. */
const maxWordLength = 40

/** Names of one word or several, and what they mean. */
export class NameTable<Meaning> {
  readonly #names = new Map<string, Meaning>()
  /** What is left of a name without its ending, and the letters that an ending has at most. */
  readonly #stems = new Map<string, { readonly name: string; readonly ending: number }>()
  readonly #wordOf: (token: Token) => string
  /** The beginnings of names of several words. */
  readonly #beginnings = new Set<string>()

  /** `wordOf`: what stands for a token in a name. Default: its folded word. */
  constructor(wordOf: (token: Token) => string = token => token.word) {
    this.#wordOf = wordOf
  }

  get(name: string): Meaning | undefined {
    return this.#names.get(this.#keyOf(name).join(' '))
  }

  set(name: string, meaning: Meaning): void {
    const words = this.#keyOf(name)
    if (words.length === 0) return
    for (let length = 1; length < words.length; length++) {
      this.#beginnings.add(words.slice(0, length).join(' '))
    }
    this.#names.set(words.join(' '), meaning)
  }

  /**
   * Also finds other forms of a name of one word: letters after it, or another ending of a letter or two in place of
   * its last letter. Names of less than five letters have too many other words beside them; `changes` says of one of
   * four that its last letter is an ending.
   */
  allowEndings(name: string, changes = false): void {
    const [word = '', ...others] = this.#keyOf(name)
    if (others.length > 0 || word.length < (changes ? 4 : 5)) return
    if (word.length > 4) this.#addStem(word, word, 4)
    this.#addStem(word.slice(0, -1), word, word.length > 5 ? 2 : 1)
  }

  /** The longest name that begins at a token. */
  find(tokens: readonly Token[], start: number): FoundName<Meaning> | undefined {
    let found: FoundName<Meaning> | undefined
    let words = ''
    for (let i = start; i < tokens.length; i++) {
      const token = tokens[i] as Token
      if (token.word.length > maxWordLength) break
      words = i === start ? this.#wordOf(token) : `${words} ${this.#wordOf(token)}`
      const name = i === start ? this.#withoutEnding(words) : words
      const meaning = this.#names.get(name)
      if (meaning !== undefined) found = { meaning, name, length: i - start + 1 }
      if (!this.#beginnings.has(words)) break
    }
    return found
  }

  #keyOf(name: string): string[] {
    return tokensOf(plainText(name)).map(this.#wordOf)
  }

  #addStem(stem: string, name: string, ending: number): void {
    const known = this.#stems.get(stem)
    if (known === undefined || known.ending < ending) this.#stems.set(stem, { name, ending })
  }

  #withoutEnding(word: string): string {
    if (this.#names.has(word)) return word
    for (let ending = 1; ending <= 4; ending++) {
      const stem = this.#stems.get(word.slice(0, -ending))
      if (stem !== undefined && stem.ending >= ending) return stem.name
    }
    return word
  }
}
