import { stemmer } from 'stemmer'

/**
 * How much a word that comes again counts, and how much a long text is held back. Turns of a conversation are short,
 * so both stand lower than the usual 1.2 and 0.75.
 */
const k1 = 0.9
const b = 0.3

/** Words that shape a sentence, question words and what an apostrophe leaves of them included. */
const stopWords = new Set(
  `a an the this that these those and or but nor if then else so as than because while until
  of in on at by for from to into onto with without about over under between through during before after above below
  up down out off again once here there all any both each few more most other some such only own same too very just
  no not don t s d m ll re ve doesn didn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn
  i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
  herself it its itself they them their theirs themselves
  am is are was were be been being do does did doing done have has had having can could will would shall should might must
  what which who whom whose when where why how`.split(/\s+/),
)

interface Posting {
  readonly document: number
  readonly count: number
}

/**
 * Ranks texts by the words they share with a query and by nothing else: the line that a search has to stand above.
 * Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with the idf
 * that is never negative. Words are runs of letters and digits, in lower case, without stop words, stemmed by
 * Porter's algorithm. It shares no code with the search.
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

  /** The best texts, best first, equal ones in their order; texts that share no word with the query are left out. */
  search(query: string, topK: number): { readonly place: number; readonly score: number }[] {
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
      .map(([place, score]) => ({ place, score }))
      .sort((left, right) => right.score - left.score || left.place - right.place)
      .slice(0, topK)
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
