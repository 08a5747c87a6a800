import { setImmediate } from 'node:timers/promises'

import { checkInteger, checkKeys, checkPlainObject } from '../checks/check-values.ts'
import type { Embedder, EmbedOptions, EmbedPurpose } from '../contracts/embedder.ts'
import { throwIfAborted } from '../contracts/errors.ts'
import { splitWords } from '../text/split-words.ts'
import { hashText, mixHash } from './hash-text.ts'
import { slotsPerStem, WordFeatureCache } from './word-features.ts'
import type { WordFeatures } from './word-features.ts'

/** How a `HashEmbedder` makes vectors. */
export interface HashEmbedderOptions {
  /** 8 to 65,536. More dimensions tell more words apart. Default 384. */
  readonly dimensions?: number | undefined
}

/** The algorithm's name in the model's identity: change the name with everything that changes a vector. */
const algorithm = 'hash-v2'
/** Vectors that share one allocation: an allocation for each vector is slow, and leaves memory in small pieces. */
const vectorsPerBlock = 64
/** Milliseconds of work after which other work gets a turn. */
const sliceTime = 5
/** The squared length that documents are filled up to: that of about 14 words of average length. */
const standardEnergy = 40
/** Many slots, so that the feature of a whole text is far from every word. */
const slotsPerText = 32
const wholeTextSeed = 3

/**
 * Embeds without a model: it hashes the words of a text into a vector of unit length. It is lexical: it finds texts
 * that share words, also inflected and often misspelt ones. It knows no meaning: `car` and `automobile` have
 * nothing in common. Stop words and stems are English. Other languages are compared by their unchanged words, or by
 * characters and pairs of them if they write no spaces, and Korean. It is made for tests, benchmarks and a start without downloads.
 *
 * A word weighs the square root of its count in the text times the fourth root of its length. The whole text, as a
 * bag of words, is a feature too. In a query this feature is small, and brings the same text to the top. In a
 * document it fills the vector up to a standard length, so that a short text does not win by being short (the idea
 * of Singhal, Buckley and Mitra, "Pivoted document length normalization", 1996). So scores rank well but are low:
 * compare a query with documents, and take care with a threshold.
 *
 * A text has the same vector on every machine. The vector is never zero. The order of the words does not count.
 */
export class HashEmbedder implements Embedder {
  readonly model: string
  readonly dimensions: number
  readonly lexical = true
  readonly #words: WordFeatureCache

  /**
   * Throws `INVALID_ARGUMENT` for an option that is unknown or out of range.
   *
   * @example
   * const embedder = new HashEmbedder({ dimensions: 256 })
   */
  constructor(options: HashEmbedderOptions = {}) {
    checkPlainObject(options, 'options')
    checkKeys(options, ['dimensions'], 'options')
    const { dimensions = 384 } = options
    checkInteger(dimensions, 'options.dimensions', 8, 65_536)
    this.dimensions = dimensions
    this.model = `${algorithm}-${dimensions}`
    this.#words = new WordFeatureCache(dimensions)
  }

  /** Gives the event loop a turn about every 5 ms, between texts. */
  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const { as = 'document', signal } = options
    throwIfAborted(signal)
    const vectors: Float32Array[] = []
    let block = new Float32Array(0)
    let sliceEnd = performance.now() + sliceTime
    for (const text of texts) {
      if (performance.now() > sliceEnd) {
        await setImmediate()
        throwIfAborted(signal)
        sliceEnd = performance.now() + sliceTime
      }
      const place = (vectors.length % vectorsPerBlock) * this.dimensions
      if (place === 0) {
        const rest = Math.min(texts.length - vectors.length, vectorsPerBlock)
        block = new Float32Array(rest * this.dimensions)
      }
      vectors.push(this.#vector(text, as, block.subarray(place, place + this.dimensions)))
    }
    return vectors
  }

  /** Fills `vector`, which must hold zeros. */
  #vector(text: string, as: EmbedPurpose, vector: Float32Array): Float32Array {
    this.#words.trim()
    const words = splitWords(text, 'document')
    const distinct: WordFeatures[] = []
    let wholeHash = words.length > 0 ? wholeTextSeed : hashText(text, wholeTextSeed)
    for (const word of words) {
      const features = this.#words.get(word)
      if (features.count++ === 0) distinct.push(features)
      wholeHash = (wholeHash + features.hash) | 0
    }
    let energy = 0
    for (const features of distinct) energy += addWord(vector, features)
    addWholeText(vector, wholeHash, as === 'query' ? 1 : Math.sqrt(Math.max(1, standardEnergy - energy)))
    return toUnitLength(vector, wholeHash)
  }

  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Adds a word with the weight of its count, sets the count to 0, and returns the sum of the squared weights. */
function addWord(vector: Float32Array, features: WordFeatures): number {
  const { slots, stemWeight, trigramWeight, count } = features
  const damped = Math.sqrt(count)
  let energy = 0
  for (let i = 0; i < slots.length; i++) {
    const weight = (i < slotsPerStem ? stemWeight : trigramWeight) * damped
    addToSlot(vector, slots[i] as number, weight)
    energy += weight * weight
  }
  features.count = 0
  return energy
}

function addWholeText(vector: Float32Array, hash: number, weight: number): void {
  const share = weight / Math.sqrt(slotsPerText)
  for (let i = 0; i < slotsPerText; i++) addToSlot(vector, mixHash(hash, i) % (2 * vector.length), share)
}

function addToSlot(vector: Float32Array, slot: number, weight: number): void {
  const position = slot >> 1
  vector[position] = (vector[position] as number) + (slot & 1 ? -weight : weight)
}

/**
 * Scales the vector to unit length. If its features have cancelled out, one position is set, which `hash` chooses.
 */
function toUnitLength(vector: Float32Array, hash: number): Float32Array {
  let square = 0
  for (let i = 0; i < vector.length; i++) square += (vector[i] as number) * (vector[i] as number)
  if (square < 1e-6) {
    vector.fill(0)
    vector[(hash >>> 0) % vector.length] = 1
    return vector
  }
  const scale = 1 / Math.sqrt(square)
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * scale
  return vector
}
