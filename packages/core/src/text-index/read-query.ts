import { contentWords } from '../text/content-words.ts'
import { charactersOf, isUnspaced } from '../text/split-words.ts'
import { stemEnglish } from '../text/stem-english.ts'
import type { Vocabulary } from './vocabulary.ts'

/** How many words of the vocabulary a word of the query also stands for, and what each weighs at most. */
const mostSimilar = 5
const similarWeight = 0.25
/** Of a pair of characters that no text holds: what each of the two weighs, as if they shared two thirds of their trigrams. */
const characterWeight = similarWeight * (2 / 3)

/** What a query asks of a vocabulary. */
export interface QueryTerms {
  /** Its own terms and those of similar words, with their weights; in an order that depends on nothing else. */
  readonly weights: ReadonlyMap<number, number>
  /** Its own terms that the vocabulary has. */
  readonly own: ReadonlySet<number>
  /** How many of its own terms the vocabulary has not. */
  readonly unknown: number
}

/** The terms of a query and, where `similar` says so, those of the words that are like its words. */
export function readQuery(query: string, vocabulary: Vocabulary): QueryTerms {
  const asked = new Set(contentWords(query, 'query'))
  const weights = new Map<number, number>()
  const own = new Set<number>()
  const unknown = new Set<string>()
  for (const word of asked) {
    const term = vocabulary.termOfWord(word)
    if (term !== undefined && vocabulary.uses(term) > 0) {
      own.add(term)
      weights.set(term, 1)
    } else {
      unknown.add(stemEnglish(word))
    }
  }
  const add = (term: number, weight: number): void => {
    if (!own.has(term)) weights.set(term, (weights.get(term) ?? 0) + weight)
  }
  for (const word of asked) {
    for (const { term, dice } of vocabulary.similar(word, mostSimilar)) add(term, similarWeight * dice)
    const term = vocabulary.termOfWord(word)
    if (!isUnspaced(word) || (term !== undefined && own.has(term))) continue
    for (const character of charactersOf(word)) {
      const part = vocabulary.termOfWord(character)
      if (part !== undefined) add(part, characterWeight)
    }
  }
  return { weights, own, unknown: unknown.size }
}
