import { ownCopy } from '../text/own-copy.ts'
import { stemEnglish } from '../text/stem-english.ts'
import { isUnspaced } from '../text/split-words.ts'
import { ListArena } from './list-arena.ts'
import { NumberList } from './number-list.ts'

/** What a word costs beside its lists: its string and its entries of maps, in bytes, as measured on V8. */
const wordBytes = 150
/** The same of a trigram. */
const trigramBytes = 70

export interface SimilarWord {
  readonly term: number
  /** Dice's coefficient of the letter trigrams, 0.5 to 1. */
  readonly dice: number
}

/**
 * The words of a shelf's texts. Words of one stem are one term, which has the list of texts that hold it. A word that
 * no text holds any more stays, and is not found.
 */
export class Vocabulary {
  readonly #wordAt = new Map<string, number>()
  readonly #words: string[] = []
  readonly #termAt = new Map<string, number>()
  readonly #termOf = new NumberList()
  /** How many texts hold each word, and each term. */
  readonly #wordUses = new NumberList()
  readonly #termUses = new NumberList()
  /** How many of them are turns. */
  readonly #turnUses = new NumberList()
  /** Of each term, the texts that hold it: `slot * 4 + min(3, count - 1)`, in ascending order of slot. */
  readonly postings: ListArena = new ListArena()
  /** The words with each trigram. */
  readonly #trigrams: Map<string, number> | undefined
  readonly #trigramWords = new ListArena()
  readonly #trigramCount = new NumberList()
  /** Trigrams shared with the word that is looked up: wiped after each. */
  #shared = new Uint8Array(0)

  /** `subwords`: whether words are found that are like another, which costs their trigrams. */
  constructor(subwords: boolean) {
    this.#trigrams = subwords ? new Map() : undefined
  }

  /** The number of a word, which is new when it was not there. */
  add(word: string): number {
    const known = this.#wordAt.get(word)
    if (known !== undefined) return known
    const kept = ownCopy(word)
    const number = this.#words.push(kept) - 1
    this.#wordAt.set(kept, number)
    this.#wordUses.push(0)
    this.#termOf.push(this.#addTerm(stemEnglish(kept)))
    if (this.#trigrams) this.#addTrigrams(this.#trigrams, kept, number)
    return number
  }

  wordOf(number: number): string {
    return this.#words[number] as string
  }

  termOf(word: number): number {
    return this.#termOf.at(word)
  }

  /** The term of a word that may not be here; undefined when no text has ever held a word of its stem. */
  termOfWord(word: string): number | undefined {
    return this.#termAt.get(stemEnglish(word))
  }

  /** How many texts hold a term, or how many turns. */
  uses(term: number, turnsAlone = false): number {
    return (turnsAlone ? this.#turnUses : this.#termUses).at(term)
  }

  /** Says that one text more, or one fewer, holds a word. */
  countWord(word: number, change: 1 | -1): void {
    this.#wordUses.values[word] = this.#wordUses.at(word) + change
  }

  /** The same of a term, and whether that text is a turn. */
  countTerm(term: number, change: 1 | -1, isTurn: boolean): void {
    this.#termUses.values[term] = this.#termUses.at(term) + change
    if (isTurn) this.#turnUses.values[term] = this.#turnUses.at(term) + change
  }

  post(term: number, slot: number, count: number): void {
    this.postings.push(term, slot * 4 + Math.min(3, count - 1))
  }

  /** At most `limit` words that texts hold and that share most trigrams with a word, best first, and then by name. */
  similar(word: string, limit: number): SimilarWord[] {
    if (!this.#trigrams || isUnspaced(word)) return []
    if (this.#shared.length < this.#words.length) this.#shared = new Uint8Array(this.#words.length * 2)
    const grams = trigramsOf(word)
    const shared = this.#shared
    const met: number[] = []
    const { values } = this.#trigramWords
    for (const gram of grams) {
      const list = this.#trigrams.get(gram)
      if (list === undefined) continue
      const from = this.#trigramWords.fromOf(list)
      const end = from + this.#trigramWords.lengthOf(list)
      for (let at = from; at < end; at++) {
        const other = values[at] as number
        if (shared[other] === 0) met.push(other)
        shared[other] = (shared[other] as number) + 1
      }
    }
    const found: { readonly number: number; readonly dice: number }[] = []
    for (const number of met) {
      const dice = (2 * (shared[number] as number)) / (grams.size + this.#trigramCount.at(number))
      shared[number] = 0
      if (dice >= 0.5 && this.#wordUses.at(number) > 0 && this.#words[number] !== word)
        found.push({ number, dice })
    }
    return found
      .sort((a, b) => b.dice - a.dice || (this.wordOf(a.number) < this.wordOf(b.number) ? -1 : 1))
      .slice(0, limit)
      .map(({ number, dice }) => ({ term: this.#termOf.at(number), dice }))
  }

  get bytes(): number {
    const lists = this.postings.bytes + this.#trigramWords.bytes
    const words = this.#words.length * wordBytes + (this.#trigrams?.size ?? 0) * trigramBytes
    return words + lists + this.#wordUses.bytes * 3 + this.#termUses.bytes * 2
  }

  #addTerm(stem: string): number {
    const known = this.#termAt.get(stem)
    if (known !== undefined) return known
    const term = this.postings.add()
    this.#termAt.set(stem, term)
    this.#termUses.push(0)
    this.#turnUses.push(0)
    return term
  }

  #addTrigrams(trigrams: Map<string, number>, word: string, number: number): void {
    // A character, or a pair of them, has no forms that trigrams could find.
    const grams = isUnspaced(word) ? new Set<string>() : trigramsOf(word)
    this.#trigramCount.push(grams.size)
    for (const gram of grams) {
      let list = trigrams.get(gram)
      if (list === undefined) trigrams.set(gram, (list = this.#trigramWords.add()))
      this.#trigramWords.push(list, number)
    }
  }
}

/** The letter trigrams of a word, with its beginning and its end marked. */
function trigramsOf(word: string): Set<string> {
  const marked = `^${word}$`
  const grams = new Set<string>()
  for (let i = 0; i + 3 <= marked.length; i++) grams.add(marked.slice(i, i + 3))
  return grams
}
