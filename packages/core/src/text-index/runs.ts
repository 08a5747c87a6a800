import { compareCodePoints } from '../contracts/evaluate-where.ts'
import { scopeKey } from '../contracts/record-keys.ts'
import type { Scope } from '../contracts/record.ts'

/** Where texts name no run, a pause longer than this begins a new one, in milliseconds. */
const pauseMs = 30 * 60_000
/** A stretch of more texts that no run and no pause divides is no conversation: an import that gave no times. */
const longestStretch = 1_000

/** The texts of one exact scope, in order. They are one run where they name it, and else are cut into runs at pauses. */
interface Thread {
  readonly scope: ExactScope
  slots: number[]
  runs: Run[]
  /** What a model made of its texts: they stand in no run. */
  inferred: number[]
  /** The time of the newest of those. */
  lastInferred: number
}

/** Texts that stand beside one another. */
interface Run {
  readonly number: number
  readonly slots: number[]
  counts: boolean
}

/** The scope of a text, as a key. */
export interface ExactScope {
  readonly key: string
  readonly hasRunId: boolean
}

export function exactScope(scope: Scope): ExactScope {
  return { key: scopeKey(scope), hasRunId: scope.runId !== undefined }
}

/** What the order of a text depends on. */
interface Place {
  readonly id: string
  readonly createdAt: number
  readonly place: number
}

/** No run: a text that has no neighbours. */
export const noRun = -1
const noTurn = -1

/**
 * The runs of a shelf: conversations, in which a text has others before and after it. What a model made of a turn stands
 * in no run, and would push turns apart there; it is heard where its turn is. A text that comes late, or goes, makes its
 * thread unsettled; `settle` puts it in order again.
 */
export class Runs {
  /** Of each slot: its run, and its place in that. */
  runOf: Int32Array = new Int32Array(64)
  placeOf: Uint32Array = new Uint32Array(64)
  /** What `turnOf` says of each slot; empty as long as all are turns. */
  turns: Int32Array = new Int32Array(0)
  readonly #threads = new Map<string, Thread>()
  readonly #threadOf: (Thread | undefined)[] = []
  readonly #runs: (Run | undefined)[] = []
  readonly #unsettled = new Set<Thread>()
  readonly #free: number[] = []
  readonly #orderOf: (slot: number) => Place
  #count = 0

  constructor(orderOf: (slot: number) => Place) {
    this.#orderOf = orderOf
  }

  /** How many runs there are. */
  get count(): number {
    return this.#count
  }

  /** One more than the greatest number of a run. */
  get size(): number {
    return this.#runs.length
  }

  /** The slots of a run, in order; those of no run have none. */
  slotsOf(run: number): readonly number[] {
    return this.#runs[run]?.slots ?? []
  }

  /** Adds the next slot. `isTurn`: whether it has a place in a run. */
  add(slot: number, scope: ExactScope, isTurn: boolean): void {
    if (slot >= this.runOf.length) this.#grow(slot)
    let thread = this.#threads.get(scope.key)
    if (!thread) {
      thread = { scope, slots: [], runs: [], inferred: [], lastInferred: -Infinity }
      this.#threads.set(scope.key, thread)
    }
    this.#threadOf[slot] = thread
    this.runOf[slot] = noRun
    if (this.turns.length > 0) this.turns[slot] = slot
    if (!isTurn) {
      if (this.turns.length === 0) this.turns = Int32Array.from(this.runOf, (_, other) => other)
      this.turns[slot] = noTurn
      thread.inferred.push(slot)
      thread.lastInferred = Math.max(thread.lastInferred, this.#orderOf(slot).createdAt)
      this.#unsettled.add(thread)
      return
    }
    const last = thread.slots.at(-1)
    thread.slots.push(slot)
    if (this.#unsettled.has(thread)) return
    // It may be the turn of what is here already.
    const isHeard = this.#orderOf(slot).createdAt <= thread.lastInferred
    const isNext = last === undefined || this.#compare(last, slot) < 0
    if (isNext && !isHeard) this.#append(thread, slot, last)
    else this.#unsettled.add(thread)
  }

  /** The slot of the turn that a text is made of: its own where it is a turn. -1: that is not here. */
  turnOf(slot: number): number {
    return this.turns.length === 0 ? slot : (this.turns[slot] as number)
  }

  isTurn(slot: number): boolean {
    return this.turnOf(slot) === slot
  }

  scopeOf(slot: number): ExactScope {
    return (this.#threadOf[slot] as Thread).scope
  }

  remove(slot: number): void {
    const thread = this.#threadOf[slot]
    this.#threadOf[slot] = undefined
    if (thread) this.#unsettled.add(thread)
  }

  /** Puts in order what came late, or went. */
  settle(): void {
    for (const thread of this.#unsettled) {
      for (const run of thread.runs) this.#drop(run)
      const slots = thread.slots.filter(slot => this.#threadOf[slot] === thread)
      slots.sort((a, b) => this.#compare(a, b))
      thread.slots = slots
      thread.runs = []
      slots.forEach((slot, at) => this.#append(thread, slot, at === 0 ? undefined : slots[at - 1]))
      thread.inferred = thread.inferred.filter(slot => this.#threadOf[slot] === thread)
      for (const slot of thread.inferred) this.turns[slot] = this.#turnAt(slots, slot)
    }
    this.#unsettled.clear()
  }

  get bytes(): number {
    return (
      this.runOf.byteLength * 2 +
      this.turns.byteLength +
      this.#threadOf.length * 8 * 3 +
      this.#runs.length * 120 +
      this.#threads.size * 250
    )
  }

  /** The last of some turns in order that was said when a text was, and at its place. */
  #turnAt(turns: readonly number[], slot: number): number {
    const { createdAt, place } = this.#orderOf(slot)
    let [from, to] = [0, turns.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      const turn = this.#orderOf(turns[middle] as number)
      const isBehind = turn.createdAt > createdAt || (turn.createdAt === createdAt && turn.place > place)
      if (isBehind) to = middle
      else from = middle + 1
    }
    const last = turns[from - 1]
    const order = last === undefined ? undefined : this.#orderOf(last)
    return order?.createdAt === createdAt && order.place === place ? (last as number) : noTurn
  }

  #append(thread: Thread, slot: number, last: number | undefined): void {
    let run = thread.runs.at(-1)
    if (!run || (!thread.scope.hasRunId && last !== undefined && this.#pause(last, slot) > pauseMs)) {
      run = this.#begin()
      thread.runs.push(run)
    }
    this.runOf[slot] = run.counts ? run.number : noRun
    this.placeOf[slot] = run.slots.push(slot) - 1
    if (run.counts && !thread.scope.hasRunId && run.slots.length > longestStretch) this.#dissolve(run)
  }

  #begin(): Run {
    const number = this.#free.pop() ?? this.#runs.length
    const run = { number, slots: [], counts: true }
    this.#runs[number] = run
    this.#count += 1
    return run
  }

  #dissolve(run: Run): void {
    for (const slot of run.slots) this.runOf[slot] = noRun
    this.#drop(run)
    run.counts = false
  }

  #drop(run: Run): void {
    if (!run.counts) return
    this.#runs[run.number] = undefined
    this.#free.push(run.number)
    this.#count -= 1
  }

  #pause(before: number, after: number): number {
    return this.#orderOf(after).createdAt - this.#orderOf(before).createdAt
  }

  #compare(a: number, b: number): number {
    const [one, other] = [this.#orderOf(a), this.#orderOf(b)]
    return one.createdAt - other.createdAt || one.place - other.place || compareCodePoints(one.id, other.id)
  }

  #grow(slot: number): void {
    const size = Math.max(slot + 1, Math.ceil(this.runOf.length * 1.5))
    const [runOf, placeOf] = [new Int32Array(size), new Uint32Array(size)]
    runOf.set(this.runOf)
    placeOf.set(this.placeOf)
    if (this.turns.length > 0) {
      const turns = new Int32Array(size)
      turns.set(this.turns)
      this.turns = turns
    }
    this.runOf = runOf
    this.placeOf = placeOf
  }
}
