import type { TextEntry, TextNeighbours } from '../contracts/text-index.ts'
import { contentWords } from '../text/content-words.ts'
import { Actors, actorName } from './actors.ts'
import { NumberList } from './number-list.ts'
import { exactScope, noRun, Runs } from './runs.ts'
import type { ExactScope } from './runs.ts'
import { Vocabulary } from './vocabulary.ts'

/** A text that ends with one of these asks. */
const questionMarks = '?？؟'
/** What a text costs beside its lists: its id and its entries of arrays and maps, in bytes, as measured on V8. */
const textBytes = 220

/** The share of turns among the texts from which on they alone are counted. */
const fewestTurns = 0.1

/** A text as a shelf keeps it. */
interface ShelfText extends Pick<TextEntry, 'id' | 'createdAt' | 'place'> {
  readonly scope: ExactScope
  readonly actor: string | undefined
  readonly asks: boolean
  /** Whether it was said, and has a place in a run: what a model made of others has none. */
  readonly isTurn: boolean
  /** Its distinct words, and how often it has each. */
  readonly words: Iterable<readonly [word: string, count: number]>
  /** All of its words, each as often as it is there. */
  readonly length: number
}

/**
 * The texts that a filter lets through, as inverted lists. Each text has a slot; one that goes leaves its slot dead, and
 * one that is replaced takes a new one. What a ranking finds depends on the texts alone, not on the order in which they
 * came.
 */
export class Shelf {
  readonly vocabulary: Vocabulary
  readonly actors: Actors = new Actors()
  readonly runs: Runs
  /** Of each slot. */
  readonly ids: string[] = []
  readonly places: NumberList = new NumberList()
  readonly lengths: NumberList = new NumberList()
  readonly actorOf: NumberList = new NumberList()
  times: Float64Array = new Float64Array(64)
  asks: Uint8Array = new Uint8Array(64)
  dead: Uint8Array = new Uint8Array(64)
  /** The turns and what was inferred of them: how many there are, and their lengths together. */
  readonly #turns = { texts: 0, length: 0 }
  readonly #inferred = { texts: 0, length: 0 }
  /** The times of the oldest and the newest text that there has been. */
  firstTime: number = Infinity
  lastTime: number = -Infinity
  /** True when older texts were left out, because all would not fit. */
  isPartial: boolean = false
  readonly #slotOf = new Map<string, number>()
  /** The words of the texts, one text after the other: `word * 4 + min(3, count - 1)`. */
  readonly #words = new NumberList(64)
  /** Where those of each slot begin. */
  readonly #wordsFrom = new NumberList()
  readonly #subwords: boolean

  constructor(subwords: boolean) {
    this.#subwords = subwords
    this.vocabulary = new Vocabulary(subwords)
    this.runs = new Runs(slot => ({
      id: this.ids[slot] as string,
      createdAt: this.times[slot] as number,
      place: this.places.at(slot),
    }))
  }

  /** How many texts it has. */
  get size(): number {
    return this.#slotOf.size
  }

  /** How many slots it has, dead ones too. */
  get slots(): number {
    return this.ids.length
  }

  /**
   * The texts that say how rare a word is and how long a text: the turns alone, however often a model repeats in other
   * words what they say; all, where turns are few, as where messages are not kept.
   */
  get counted(): { readonly texts: number; readonly length: number; readonly turnsAlone: boolean } {
    const [turns, inferred] = [this.#turns, this.#inferred]
    if (turns.texts >= this.size * fewestTurns) return { ...turns, turnsAlone: true }
    const [texts, length] = [turns.texts + inferred.texts, turns.length + inferred.length]
    return { texts, length, turnsAlone: false }
  }

  get hasInferred(): boolean {
    return this.#inferred.texts > 0
  }

  get hasDead(): boolean {
    return this.slots > this.size
  }

  slotOf(id: string): number | undefined {
    return this.#slotOf.get(id)
  }

  /** Adds a text; it takes the place of the one that has its id. */
  add(entry: TextEntry): void {
    this.remove(entry.id)
    const counts = new Map<string, number>()
    let length = 0
    for (const word of contentWords(entry.content, 'document')) {
      length += 1
      counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    const asks = questionMarks.includes(entry.content.trimEnd().at(-1) ?? ' ')
    const scope = exactScope(entry.scope)
    const isTurn = entry.origin === 'caller'
    this.#insert({ ...entry, scope, actor: actorName(entry), asks, isTurn, words: counts, length })
  }

  remove(id: string): void {
    const slot = this.#slotOf.get(id)
    if (slot === undefined) return
    this.#slotOf.delete(id)
    this.dead[slot] = 1
    this.#count(slot, -1)
    this.actors.remove(this.actorOf.at(slot))
    this.runs.remove(slot)
    const { vocabulary } = this
    const terms = new Set<number>()
    for (const [word] of this.#wordsIn(slot)) {
      vocabulary.countWord(word, -1)
      terms.add(vocabulary.termOf(word))
    }
    for (const term of terms) vocabulary.countTerm(term, -1, this.runs.isTurn(slot))
  }

  /** The distinct terms of a text. */
  termsIn(slot: number): Set<number> {
    const terms = new Set<number>()
    for (const [word] of this.#wordsIn(slot)) terms.add(this.vocabulary.termOf(word))
    return terms
  }

  /**
   * The ids of at most `count` turns on either side of a text in its run; what is inferred of a turn stands behind it. The
   * runs must be settled.
   */
  neighbours(id: string, count: number): TextNeighbours {
    const slot = this.#slotOf.get(id)
    const turn = slot === undefined ? undefined : this.runs.turnOf(slot)
    const run = turn === undefined || turn < 0 ? noRun : (this.runs.runOf[turn] as number)
    if (turn === undefined || run === noRun) return { before: [], after: [] }
    const slots = this.runs.slotsOf(run)
    const place = this.runs.placeOf[turn] as number
    const end = turn === slot ? place : place + 1
    const idOf = (other: number): string => this.ids[other] as string
    return {
      before: slots.slice(Math.max(0, end - count), end).map(idOf),
      after: slots.slice(place + 1, place + 1 + count).map(idOf),
    }
  }

  /** A shelf of the same texts without dead slots. */
  compacted(): Shelf {
    const fresh = new Shelf(this.#subwords)
    fresh.isPartial = this.isPartial
    const { ids, times, places, lengths, actors, vocabulary } = this
    for (const slot of this.#slotOf.values()) {
      const words = this.#wordsIn(slot).map(([word, count]) => [vocabulary.wordOf(word), count] as const)
      fresh.#insert({
        id: ids[slot] as string,
        createdAt: times[slot] as number,
        place: places.at(slot),
        scope: this.runs.scopeOf(slot),
        actor: actors.nameOf(this.actorOf.at(slot)),
        asks: this.asks[slot] === 1,
        isTurn: this.runs.isTurn(slot),
        words,
        length: lengths.at(slot),
      })
    }
    return fresh
  }

  /** The same without the oldest of its texts. `share`: how many of them to leave out, 0 to 1. */
  withoutOldest(share: number): Shelf {
    const byAge = [...this.#slotOf].sort(([, a], [, b]) => (this.times[a] ?? 0) - (this.times[b] ?? 0))
    for (const [id] of byAge.slice(0, Math.ceil(byAge.length * share))) this.remove(id)
    this.isPartial = true
    return this.compacted()
  }

  /** What it takes in memory, with all that it keeps. */
  get bytes(): number {
    const { vocabulary, runs, actors, places, lengths, actorOf, times } = this
    const lists = places.bytes + lengths.bytes + actorOf.bytes + this.#words.bytes + this.#wordsFrom.bytes
    const own = this.slots * textBytes + times.byteLength + (times.byteLength / 8) * 2
    return own + lists + vocabulary.bytes + runs.bytes + actors.bytes
  }

  #insert({ id, createdAt, place, scope, actor, asks, isTurn, words, length }: ShelfText): void {
    const slot = this.ids.push(id) - 1
    if (slot === this.times.length) this.#grow()
    this.#slotOf.set(id, slot)
    this.times[slot] = createdAt
    this.asks[slot] = asks ? 1 : 0
    this.places.push(place)
    this.lengths.push(length)
    this.actorOf.push(this.actors.add(actor))
    this.firstTime = Math.min(this.firstTime, createdAt)
    this.lastTime = Math.max(this.lastTime, createdAt)
    this.#wordsFrom.push(this.#words.length)
    const { vocabulary } = this
    const terms = new Map<number, number>()
    for (const [name, count] of words) {
      const word = vocabulary.add(name)
      const capped = Math.min(4, count)
      this.#words.push(word * 4 + capped - 1)
      vocabulary.countWord(word, 1)
      const term = vocabulary.termOf(word)
      terms.set(term, (terms.get(term) ?? 0) + capped)
    }
    for (const [term, count] of terms) {
      vocabulary.post(term, slot, count)
      vocabulary.countTerm(term, 1, isTurn)
    }
    this.runs.add(slot, scope, isTurn)
    this.#count(slot, 1)
  }

  #count(slot: number, change: 1 | -1): void {
    const counts = this.runs.isTurn(slot) ? this.#turns : this.#inferred
    counts.texts += change
    counts.length += change * this.lengths.at(slot)
  }

  #wordsIn(slot: number): (readonly [word: number, count: number])[] {
    const from = this.#wordsFrom.at(slot)
    const to = slot + 1 < this.slots ? this.#wordsFrom.at(slot + 1) : this.#words.length
    return Array.from(
      this.#words.values.subarray(from, to),
      packed => [packed >>> 2, (packed & 3) + 1] as const,
    )
  }

  #grow(): void {
    const size = Math.ceil(this.times.length * 1.5)
    const [times, asks, dead] = [new Float64Array(size), new Uint8Array(size), new Uint8Array(size)]
    times.set(this.times)
    asks.set(this.asks)
    dead.set(this.dead)
    Object.assign(this, { times, asks, dead })
  }
}
