import type { TextAnswer, TextMatch, TextParts, TextWeights } from '../contracts/text-index.ts'
import type { Calendar } from '../dates/calendar.ts'
import { dateScore, dateSpans } from '../dates/date-score.ts'
import { readDates } from '../dates/read-dates.ts'
import { BestSlots } from './best-slots.ts'
import { readQuery } from './read-query.ts'
import type { QueryTerms } from './read-query.ts'
import type { WordScorer, WordScores } from './score-words.ts'
import type { Shelf } from './shelf.ts'

/** What each part counts for. Round numbers, chosen on one half of LoCoMo (Maharana et al. 2024, https://arxiv.org/abs/2402.17753). */
export const textWeights: TextWeights = { near: 1, answer: 2, run: 0.15, actor: 0.3, date: 1.2, asks: 0.1 }

/** A query to a shelf, with its defaults in. */
export interface ShelfQuery {
  readonly query: string
  readonly k: number
  readonly ids: readonly string[]
  readonly context: boolean
  readonly now: number | undefined
  readonly weights: TextWeights
  readonly minCoverage: number
}

/**
 * Ranks the texts of a shelf by the words of a query and what a conversation is: the texts beside a text, its run, who
 * said it and when. The score is
 * `(text + 0.15 run + 0.3 actor + 1.2 date) · (asks ? 0.9 : 1)`
 * over the greatest that the query could give; texts without any part do not match. What a model made of a turn is ranked
 * as that turn is, by words of its own: so the parts of a turn that are told again stand behind it, and not before.
 */
export function rankTexts(
  shelf: Shelf,
  asked: ShelfQuery,
  calendar: Calendar,
  scorer: WordScorer,
): TextAnswer {
  shelf.runs.settle()
  const { weights } = asked
  const terms = readQuery(asked.query, shelf.vocabulary)
  const words = scorer.score(shelf, terms, { ...weights, context: asked.context })
  try {
    const ranking = new Ranking(shelf, asked, terms, words, calendar)
    const isCovered = asked.minCoverage === 0 || ranking.greatestCoverage() >= asked.minCoverage
    return {
      matches: isCovered ? ranking.best() : [],
      ranked: asked.ids.map(id => ranking.matchOf(shelf.slotOf(id))),
      names: ranking.names,
      isCovered,
      isPartial: shelf.isPartial,
    }
  } finally {
    scorer.forget(words, shelf.runs)
  }
}

class Ranking {
  readonly #shelf: Shelf
  readonly #asked: ShelfQuery
  readonly #words: WordScores
  readonly #actors: ReadonlySet<number>
  readonly #spans: ReturnType<typeof dateSpans>
  /** That of all own terms of the query together. */
  readonly #rarity: number
  readonly #greatest: number
  readonly names: TextAnswer['names']

  constructor(shelf: Shelf, asked: ShelfQuery, terms: QueryTerms, words: WordScores, calendar: Calendar) {
    const { query, now, weights } = asked
    this.#shelf = shelf
    this.#asked = asked
    this.#words = words
    this.#actors = weights.actor === 0 ? new Set() : shelf.actors.namedIn(query)
    const hints = weights.date === 0 || shelf.size === 0 ? [] : readDates(query, { calendar, now })
    this.#spans = hints.length === 0 ? [] : dateSpans(hints, shelf.firstTime, shelf.lastTime)
    this.names = { date: hints.length > 0, actor: this.#actors.size > 0 }
    this.#rarity = terms.unknown * words.unknownRarity
    for (const rarity of words.rarity.values()) this.#rarity += rarity
    this.#greatest = greatestScore(weights, asked.context, this.names)
  }

  best(): TextMatch[] {
    const { ids, times, slots, dead } = this.#shelf
    const { ofSlot, slots: touched } = this.#words
    const best = new BestSlots(this.#asked.k, ids)
    for (const slot of touched) {
      const score = this.#score(slot)
      if (score >= best.floor) best.add(slot, score)
    }
    // A text of the day that is asked about needs no word of the query.
    for (let slot = 0; this.#spans.length > 0 && slot < slots; slot++) {
      if (ofSlot[slot] !== 0 || dead[slot] === 1) continue
      if (dateScore(this.#spans, times[slot] as number) > 0) best.add(slot, this.#score(slot))
    }
    return best.sorted().map(({ slot, score }) => this.#match(slot, score))
  }

  matchOf(slot: number | undefined): TextMatch | undefined {
    return slot === undefined ? undefined : this.#match(slot, this.#score(slot))
  }

  /** The greatest coverage of any text. */
  greatestCoverage(): number {
    let greatest = 0
    for (const slot of this.#words.slots) greatest = Math.max(greatest, this.#coverage(slot))
    return greatest
  }

  #score(slot: number): number {
    const { weights } = this.#asked
    const { best, bestRun, ofSlot, ofRun } = this.#words
    let score = best > 0 ? (ofSlot[slot] as number) / best : 0
    const [shelf, turn] = [this.#shelf, this.#turnOf(slot)]
    const run = shelf.runs.runOf[turn] as number
    if (ofRun && bestRun > 0 && run >= 0) score += (weights.run * (ofRun[run] as number)) / bestRun
    if (this.#actors.size > 0 && this.#actors.has(shelf.actorOf.at(turn))) score += weights.actor
    if (this.#spans.length > 0) score += weights.date * dateScore(this.#spans, shelf.times[slot] as number)
    return (shelf.asks[turn] === 1 ? score * (1 - weights.asks) : score) / this.#greatest
  }

  #match(slot: number, score: number): TextMatch {
    return {
      id: this.#shelf.ids[slot] as string,
      score,
      coverage: this.#coverage(slot),
      parts: this.#parts(slot),
    }
  }

  #parts(slot: number): TextParts {
    const { best, bestRun, ofSlot, ofRun } = this.#words
    const turn = this.#turnOf(slot)
    const run = this.#shelf.runs.runOf[turn] as number
    return {
      text: best > 0 ? (ofSlot[slot] as number) / best : 0,
      run: ofRun && bestRun > 0 && run >= 0 ? (ofRun[run] as number) / bestRun : 0,
      actor: this.#actors.has(this.#shelf.actorOf.at(turn)) ? 1 : 0,
      date: dateScore(this.#spans, this.#shelf.times[slot] as number),
      asks: this.#shelf.asks[turn] === 1,
    }
  }

  /** The turn of a text, itself where there is none: who said it, whether it asks and its run are those of the turn. */
  #turnOf(slot: number): number {
    const turn = this.#shelf.runs.turnOf(slot)
    return turn < 0 ? slot : turn
  }

  #coverage(slot: number): number {
    if (this.#rarity === 0) return 0
    const { rarity } = this.#words
    let held = 0
    for (const term of this.#shelf.termsIn(slot)) held += rarity.get(term) ?? 0
    // Sums in another order can differ in their last bit.
    return Math.min(1, held / this.#rarity)
  }
}

/** The greatest sum that the parts of a query can reach: parts that it does not have are left out. */
export function greatestScore(
  { run, actor, date }: TextWeights,
  context: boolean,
  names: TextAnswer['names'],
): number {
  return 1 + (context ? run : 0) + (names.actor ? actor : 0) + (names.date ? date : 0)
}
