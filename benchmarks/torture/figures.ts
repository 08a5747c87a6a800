/** What a fault did, and what it found. */
export interface Figures {
  /** Processes and servers that were killed. */
  kills: number
  /** Connections that were cut or silenced. */
  cuts: number
  /** Calls that were made, reads included. */
  inputs: number
  /** Processes that were started. */
  processes: number
  /** Acknowledged and not there, or there and not found. */
  lost: number
  /** Calls that were done in part. */
  halfWritten: number
  /** Memories that were shown to others than their owner. */
  leaked: number
  /** Errors that are no MemoryError, and processes that ended by themselves. */
  untyped: number
  /** Calls that were done twice, and errors that ask to try again what was done. */
  repeated: number
  /** Calls that did not end, and calls that were held up by one that had. */
  hung: number
}

/** The figures that must be 0. */
export const wrongs = ['lost', 'halfWritten', 'leaked', 'untyped', 'repeated', 'hung'] as const
export type Wrong = (typeof wrongs)[number]

/** Counts, and keeps what it was told about the first of what is wrong. */
export class Tally {
  readonly figures: Figures = {
    kills: 0,
    cuts: 0,
    inputs: 0,
    processes: 0,
    lost: 0,
    halfWritten: 0,
    leaked: 0,
    untyped: 0,
    repeated: 0,
    hung: 0,
  }
  readonly findings: string[] = []
  readonly #onFinding: (what: string) => void

  /** `onFinding` is told at once of what is wrong. */
  constructor(onFinding: (what: string) => void = () => undefined) {
    this.#onFinding = onFinding
  }

  add(name: keyof Figures, count = 1): void {
    this.figures[name] += count
  }

  wrong(name: Wrong, what: string): void {
    this.figures[name]++
    if (this.findings.length >= 20) return
    this.findings.push(`${name}: ${what}`)
    this.#onFinding(`${name}: ${what}`)
  }

  get isClean(): boolean {
    return wrongs.every(name => this.figures[name] === 0)
  }
}
