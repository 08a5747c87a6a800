import type { QueryTerms } from './read-query.ts'
import type { Runs } from './runs.ts'
import type { Shelf } from './shelf.ts'

/** BM25 (Robertson and Zaragoza 2009) for turns of a conversation, which are short: length counts little. */
const k1 = 0.9
const b = 0.3
/** The same for how often a run has a term. */
const runK1 = 1.2
/**
 * What a text passes on to those that stand 4, 3, 2, 1 places before it in its run, and 1, 2, 3, 4 after it, in
 * thousandths: an answer follows its question, and what is said of a thing stands beside its name.
 */
const kernel: readonly number[] = [100, 100, 200, 200, 400, 300, 100, 150]
const reach = 4
const whole = 1_000
/** Scores are whole multiples of 2^-20: their sums are exact, and so the same in whatever order texts came. */
const unit = 2 ** 20

/** What the words of a query give to the texts and runs of a shelf. */
export interface WordScores {
  /** The slots that a text's own words or those beside it gave something. */
  readonly slots: readonly number[]
  /** What each slot has, 0 for all others. Wiped with `forget`. */
  readonly ofSlot: Float64Array
  /** What each run has; undefined without context. */
  readonly ofRun: Float64Array | undefined
  readonly best: number
  readonly bestRun: number
  /** The rarity of each of the query's own terms. */
  readonly rarity: ReadonlyMap<number, number>
  /** That of a term which no text has. */
  readonly unknownRarity: number
}

export interface WordScoring {
  readonly context: boolean
  readonly near: number
  readonly answer: number
}

/**
 * Scores texts by the words of a query. The scratch memory is as long as the longest shelf and all 0 between rankings:
 * it is wiped along the slots that were touched.
 */
export class WordScorer {
  #own = new Float64Array(0)
  #near = new Float64Array(0)
  #inRun = new Uint32Array(0)
  #ofRun = new Float64Array(0)

  score(shelf: Shelf, terms: QueryTerms, scoring: WordScoring): WordScores {
    const { runs, slots } = shelf
    const { texts, length, turnsAlone } = shelf.counted
    this.#reserve(slots, runs.size)
    const rarity = new Map<number, number>()
    const hits: number[] = []
    const mean = length / texts || 1
    for (const [term, weight] of terms.weights) {
      const idf = rarityOf(texts, shelf.vocabulary.uses(term, turnsAlone))
      if (terms.own.has(term)) rarity.set(term, idf)
      this.#addTerm(shelf, term, idf * weight, mean, hits)
      if (scoring.context) this.#addToRuns(shelf, term, weight)
    }
    const touched = scoring.context ? this.#spread(shelf, hits, scoring) : hits
    const ofSlot = scoring.context ? this.#near : this.#own
    let best = 0
    for (const slot of touched) if ((ofSlot[slot] as number) > best) best = ofSlot[slot] as number
    let bestRun = 0
    for (let run = 0; scoring.context && run < runs.size; run++) {
      if ((this.#ofRun[run] as number) > bestRun) bestRun = this.#ofRun[run] as number
    }
    const ofRun = scoring.context ? this.#ofRun : undefined
    return { slots: touched, ofSlot, ofRun, best, bestRun, rarity, unknownRarity: rarityOf(texts, 0) }
  }

  /** Wipes what a call of `score` has left. */
  forget({ slots, ofRun }: WordScores, runs: Runs): void {
    const [own, near] = [this.#own, this.#near]
    for (const slot of slots) {
      own[slot] = 0
      near[slot] = 0
    }
    ofRun?.fill(0, 0, runs.size)
  }

  #addTerm(
    { vocabulary, lengths, dead, hasDead, hasInferred, runs }: Shelf,
    term: number,
    weight: number,
    mean: number,
    hits: number[],
  ): void {
    const { values } = vocabulary.postings
    const from = vocabulary.postings.fromOf(term)
    const end = from + vocabulary.postings.lengthOf(term)
    const own = this.#own
    const lengthOf = lengths.values
    const { turns } = runs
    const [flat, steep, most] = [k1 * (1 - b), (k1 * b) / mean, weight * (k1 + 1) * unit]
    for (let at = from; at < end; at++) {
      const packed = values[at] as number
      const slot = packed >>> 2
      if (hasDead && dead[slot] === 1) continue
      const count = (packed & 3) + 1
      const length = lengthOf[slot] as number
      const turn = hasInferred ? (turns[slot] as number) : -1
      // What repeats a part of a turn says it no better for being shorter.
      const counted = turn < 0 ? length : Math.max(length, lengthOf[turn] as number)
      const gained = Math.ceil((most * count) / (count + flat + steep * counted))
      const before = own[slot] as number
      if (before === 0) hits.push(slot)
      own[slot] = before + gained
    }
  }

  #addToRuns({ vocabulary, runs, dead, hasDead }: Shelf, term: number, weight: number): void {
    const { values } = vocabulary.postings
    const from = vocabulary.postings.fromOf(term)
    const end = from + vocabulary.postings.lengthOf(term)
    const { runOf } = runs
    const inRun = this.#inRun
    const met: number[] = []
    for (let at = from; at < end; at++) {
      const packed = values[at] as number
      const slot = packed >>> 2
      const run = runOf[slot] as number
      if (run < 0 || (hasDead && dead[slot] === 1)) continue
      if (inRun[run] === 0) met.push(run)
      inRun[run] = (inRun[run] as number) + (packed & 3) + 1
    }
    const idf = weight * rarityOf(runs.count, met.length)
    for (const run of met) {
      const count = inRun[run] as number
      inRun[run] = 0
      this.#ofRun[run] = (this.#ofRun[run] as number) + (idf * count * (runK1 + 1)) / (count + runK1)
    }
  }

  /** Passes on what each text has to those beside it. Returns all slots that have something then. */
  #spread(
    { runs, asks, actorOf, hasInferred }: Shelf,
    hits: readonly number[],
    { near: scale, answer }: WordScoring,
  ): number[] {
    const [own, near] = [this.#own, this.#near]
    const { runOf, placeOf } = runs
    const actors = actorOf.values
    const weights = kernel.map(weight => Math.round(weight * scale))
    const answerWeight = Math.round((kernel[reach] as number) * scale * answer)
    const touched: number[] = []
    for (const slot of hits) {
      const amount = own[slot] as number
      if (near[slot] === 0) touched.push(slot)
      near[slot] = (near[slot] as number) + whole * amount
      const run = runOf[slot] as number
      if (run < 0) continue
      const others = runs.slotsOf(run)
      const place = placeOf[slot] as number
      const answered = asks[slot] === 1 ? place + 1 : -1
      const last = Math.min(others.length - 1, place + reach)
      for (let at = Math.max(0, place - reach); at <= last; at++) {
        if (at === place) continue
        const other = others[at] as number
        let weight = weights[at < place ? at - place + reach : at - place + reach - 1] as number
        if (at === answered && (actors[slot] === 0 || actors[slot] !== actors[other])) weight = answerWeight
        if (weight === 0) continue
        const before = near[other] as number
        if (before === 0) touched.push(other)
        near[other] = before + weight * amount
      }
    }
    if (hasInferred) this.#hear(runs, hits)
    return touched
  }

  /** What was inferred of a turn hears what the turn does, and passes on nothing: the turn does that. */
  #hear({ turns }: Runs, hits: readonly number[]): void {
    const [own, near] = [this.#own, this.#near]
    for (const slot of hits) {
      const turn = turns[slot] as number
      if (turn < 0 || turn === slot) continue
      near[slot] = (near[slot] as number) + (near[turn] as number) - whole * (own[turn] as number)
    }
  }

  #reserve(slots: number, runs: number): void {
    if (this.#own.length < slots) {
      this.#own = new Float64Array(slots * 2)
      this.#near = new Float64Array(slots * 2)
    }
    if (this.#ofRun.length < runs) {
      this.#ofRun = new Float64Array(runs * 2)
      this.#inRun = new Uint32Array(runs * 2)
    }
  }
}

/** How rare something is that `uses` of `all` have: the idf of BM25, never negative. */
export function rarityOf(all: number, uses: number): number {
  return Math.log(1 + (all - uses + 0.5) / (uses + 0.5))
}
