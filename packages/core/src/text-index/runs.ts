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

/**
 * The runs of a shelf: conversations, in which a text has others before and after it. A text that comes late, or goes,
 * makes its thread unsettled; `settle` puts it in order again.
 */
export class Runs {
  /** Of each slot: its run, and its place in that. */
  runOf: Int32Array = new Int32Array(64)
  placeOf: Uint32Array = new Uint32Array(64)
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

  /** Adds the next slot. */
  add(slot: number, scope: ExactScope): void {
    if (slot >= this.runOf.length) this.#grow(slot)
    let thread = this.#threads.get(scope.key)
    if (!thread) {
      thread = { scope, slots: [], runs: [] }
      this.#threads.set(scope.key, thread)
    }
    this.#threadOf[slot] = thread
    const last = thread.slots.at(-1)
    thread.slots.push(slot)
    if (this.#unsettled.has(thread)) return
    if (last === undefined || this.#compare(last, slot) < 0) this.#append(thread, slot, last)
    else this.#unsettled.add(thread)
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
    }
    this.#unsettled.clear()
  }

  get bytes(): number {
    return (
      this.runOf.byteLength * 2 +
      this.#threadOf.length * 8 * 3 +
      this.#runs.length * 120 +
      this.#threads.size * 250
    )
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
    this.runOf = runOf
    this.placeOf = placeOf
  }
}
