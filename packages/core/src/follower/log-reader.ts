import type { LogLineage } from '../contracts/log-lineage.ts'
import type { LogSource } from '../contracts/store.ts'
import type { SplitPoint } from './split-point.ts'

/** What a LogReader is told of the log. */
export interface LogReaderOptions {
  readonly pageSize: number
  readonly lineage: LogLineage
  /** Called when the Store has gone back, before the end of its log is told. */
  readonly onTurn: () => Promise<void>
}

/** Reads a Store's log into the tail, page by page. */
export class LogReader {
  readonly #store: LogSource
  readonly #splitPoint: SplitPoint
  readonly #options: LogReaderOptions
  /** Of the turns of the log, those that were told of. */
  #turns: number
  #reading: Promise<void> | undefined
  #atEnd = true
  #isBehind = false

  constructor(store: LogSource, splitPoint: SplitPoint, options: LogReaderOptions) {
    this.#store = store
    this.#splitPoint = splitPoint
    this.#options = options
    this.#turns = options.lineage.turns
  }

  /** Where the log ends now. */
  async end(signal?: AbortSignal): Promise<number> {
    const { lineage, onTurn } = this.#options
    const reached = this.#splitPoint.position
    const head = await this.#store.head({ signal })
    lineage.hear(head, reached)
    if (lineage.turns !== this.#turns) {
      this.#turns = lineage.turns
      await onTurn()
    }
    return head.position
  }

  /** The Store has gone back, by another sign than its log. */
  async turn(): Promise<void> {
    this.#options.lineage.turn()
    await this.end()
  }

  /**
   * True when the last page ended where the log did. A record that is changed while pages are read moves to the
   * end of the log: only a page that ends there shows that none has moved past the reader.
   */
  get atEnd(): boolean {
    return this.#atEnd
  }

  /** True when there are changes that only the log can tell. */
  get isBehind(): boolean {
    return this.#isBehind || !this.#atEnd
  }

  get isReading(): boolean {
    return this.#reading !== undefined
  }

  /** Says that there are. */
  fallBehind(): void {
    this.#isBehind = true
  }

  /** Reads one page. A second caller joins the first. */
  read(): Promise<void> {
    this.#reading ??= this.#readPage().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** Waits for the page that is being read. */
  async settled(): Promise<void> {
    await this.#reading?.catch(() => undefined)
  }

  async #readPage(): Promise<void> {
    const after = this.#splitPoint.position
    // Of a write during the read, the page may know nothing.
    const wasBehind = this.#isBehind
    this.#isBehind = false
    try {
      const page = await this.#store.changes({ after, limit: this.#options.pageSize })
      // Void when the position was set back meanwhile, or an own write has come further than the page.
      if (this.#splitPoint.position < after) return
      this.#atEnd = page.done || page.cursor <= after
      if (page.cursor > this.#splitPoint.position) this.#splitPoint.take(page)
    } catch (error) {
      this.#isBehind ||= wasBehind
      throw error
    }
  }
}
