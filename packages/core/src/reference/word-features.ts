import { ownCopy } from '../text/own-copy.ts'
import { stemEnglish } from '../text/stem-english.ts'
import { stopWords } from '../text/stop-words.ts'
import { hashText, mixHash } from './hash-text.ts'

/** The features that a word adds to a vector. */
export interface WordFeatures {
  /** Equal for the inflected forms of a word. */
  readonly hash: number
  /** Twice the position in the vector, plus one if the weight is subtracted there. The stem's slots come first. */
  readonly slots: readonly number[]
  /** The weight of each slot of the stem. */
  readonly stemWeight: number
  /** The weight of each slot after those. */
  readonly trigramWeight: number
  /** How often the text that is being embedded has the word; 0 between texts. */
  count: number
}

/** Several slots a stem, so that two stems that share one slot still differ in the others. */
export const slotsPerStem = 4
/** The weight of all trigrams of a word together; its stem weighs 1. */
const trigramShare = 0.5
/** How many words are kept: about 7 MB. */
const maxWords = 20_000

const stemSeed = 1
const trigramSeed = 2
const space = 32

/**
 * Turns words into features: the stem, and at half its weight the letter trigrams, which bring misspelt and
 * compound words together. Stop words have no features. The features of a word are kept, since words repeat.
 */
export class WordFeatureCache {
  readonly #dimensions: number
  readonly #known = new Map<string, WordFeatures>()

  constructor(dimensions: number) {
    this.#dimensions = dimensions
  }

  get(word: string): WordFeatures {
    let features = this.#known.get(word)
    if (features === undefined) {
      features = this.#compute(word)
      this.#known.set(ownCopy(word), features)
    }
    return features
  }

  /**
   * Empties the cache when it is too large. Call it only between texts: within a text, the features of a word must
   * stay one object.
   */
  trim(): void {
    if (this.#known.size > maxWords) this.#known.clear()
  }

  #compute(word: string): WordFeatures {
    const hash = hashText(stemEnglish(word), stemSeed)
    const slots: number[] = []
    if (!stopWords.has(word)) {
      for (let i = 0; i < slotsPerStem; i++) slots.push(this.#slot(mixHash(hash, i)))
      let [before, code] = [space, word.charCodeAt(0)]
      for (let i = 1; i <= word.length; i++) {
        const after = i < word.length ? word.charCodeAt(i) : space
        slots.push(this.#slot(mixHash(mixHash(mixHash(trigramSeed, before), code), after)))
        before = code
        code = after
      }
    }
    // Longer words are rarer and say more. Both of two compared texts have this weight, so that a match counts with
    // the square root of the length. Roots are exact on every machine, powers are not.
    const weight = Math.sqrt(Math.sqrt(word.length))
    const stemWeight = weight / Math.sqrt(slotsPerStem)
    const trigramWeight = (weight * trigramShare) / Math.sqrt(word.length)
    return { hash, slots, stemWeight, trigramWeight, count: 0 }
  }

  #slot(hash: number): number {
    return hash % (2 * this.#dimensions)
  }
}
