import { stemmer } from 'stemmer'

/** How often a word must come again to count twice, and how much a long text is held back: the usual values. */
const k1 = 1.2
const b = 0.75

/** The stop words of Lucene's EnglishAnalyzer. */
const stopWords = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
)

interface Posting {
  readonly document: number
  readonly count: number
}

/**
 * Ranks texts by the words they share with a query: Okapi BM25 (Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework: BM25 and Beyond", 2009), with the idf that is never negative. Words are runs of letters
 * and digits, in lower case, without stop words, stemmed by Porter's algorithm.
 */
export class Bm25 {
  readonly #postings = new Map<string, Posting[]>()
  readonly #lengths: number[]
  readonly #meanLength: number

  constructor(texts: readonly string[]) {
    const documents = texts.map(stemsOf)
    this.#lengths = documents.map(({ length }) => length)
    this.#meanLength = this.#lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, texts.length)
    documents.forEach((stems, document) => {
      for (const [stem, count] of countsOf(stems)) {
        const postings = this.#postings.get(stem)
        if (postings) postings.push({ document, count })
        else this.#postings.set(stem, [{ document, count }])
      }
    })
  }

  /** The places of the best texts, best first; texts that share no word with the query are left out. */
  search(query: string, topK: number): number[] {
    const scores = new Map<number, number>()
    for (const stem of new Set(stemsOf(query))) {
      const postings = this.#postings.get(stem) ?? []
      const idf = Math.log(1 + (this.#lengths.length - postings.length + 0.5) / (postings.length + 0.5))
      for (const { document, count } of postings) {
        const length = (this.#lengths[document] ?? 0) / this.#meanLength
        const weight = (count * (k1 + 1)) / (count + k1 * (1 - b + b * length))
        scores.set(document, (scores.get(document) ?? 0) + idf * weight)
      }
    }
    return [...scores]
      .sort(([left, low], [right, high]) => high - low || left - right)
      .slice(0, topK)
      .map(([document]) => document)
  }
}

function stemsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter(word => !stopWords.has(word)).map(word => stemmer(word))
}

function countsOf(stems: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1)
  return counts
}
