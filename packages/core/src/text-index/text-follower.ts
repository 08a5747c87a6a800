import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import { LogLineage } from '../contracts/log-lineage.ts'
import type { CallOptions } from '../contracts/log.ts'
import { untilAborted } from '../contracts/until-aborted.ts'
import type { Scope } from '../contracts/record.ts'
import type { Store } from '../contracts/store.ts'
import type { WriteReceipt } from '../contracts/store-writes.ts'
import type {
  TextAnswer,
  TextEntry,
  TextPage,
  TextIndex,
  TextNeighbours,
  TextQuery,
  TextSearchOptions,
} from '../contracts/text-index.ts'
import type { Calendar } from '../dates/calendar.ts'
import { calendarOf, canonicalLocales, defaultLocales } from '../dates/calendar.ts'
import type { LoadedShelf } from './loaded-shelf.ts'
import { rankTexts, textWeights } from './rank-texts.ts'
import { WordScorer } from './score-words.ts'
import type { TextOptions, TextState } from './text-options.ts'
import { TextShelves } from './text-shelves.ts'

/** What the text index reads of a Store. */
export type TextSource = Pick<Store, 'texts' | 'textChanges' | 'head'>

const defaultBytes = 256 * 2 ** 20
/** Texts read at a time: they are taken in within about 5 ms. */
const pageSize = 500
/** Further behind than this, reading the shelves anew costs less than the log. */
const farBehind = 50_000
/** How long one slice of taking in changes may hold up others, in milliseconds. */
const sliceMs = 5

/**
 * The text index of a Memory: reads the texts of a filter when they are first asked for, and keeps them current by the
 * log and by what this process writes. What is written costs nothing until the filter is searched, or time is left.
 */
export class TextFollower implements TextIndex {
  /** Shared with the follower of vectors, so that both know of a Store that has gone back. */
  readonly lineage: LogLineage = new LogLineage()
  readonly #source: TextSource
  readonly #options: TextOptions
  readonly #shelves: TextShelves
  readonly #locales: readonly string[]
  /** Made by the first search: some ten languages take 40 to 90 ms, which no opening should wait for. */
  #calendar: Calendar | undefined
  readonly #scorer = new WordScorer()
  /** Up to here the shelves know the log. */
  #position = 0
  #atEnd = true
  /** Of the turns of the log, those that it knows of. */
  #turns = 0
  #reading: Promise<void> | undefined
  #idle: NodeJS.Timeout | undefined
  readonly #loading = new Set<Promise<void>>()
  #closed = false

  constructor(source: TextSource, options: TextOptions = {}) {
    const { maxBytes = defaultBytes, locales = defaultLocales, subwords = true } = options
    this.#options = options
    this.#source = source
    this.#shelves = new TextShelves({ maxBytes, subwords })
    this.#locales = canonicalLocales(locales)
  }

  get state(): TextState {
    return this.#shelves.stats
  }

  /** An index like this one of these texts alone, which are in order and never change. */
  over(texts: readonly TextEntry[]): Pick<TextIndex, 'search'> {
    const none = { upserts: [], deletes: [], cursor: 0, done: true }
    const source: TextSource = {
      head: async () => ({ position: 0, lineage: 'over' }),
      textChanges: async () => none,
      async *texts() {
        yield [...texts]
      },
    }
    return new TextFollower(source, this.#options)
  }

  /** How many texts of a filter are held; undefined where it was not searched yet, or too long ago. */
  sizeOf(filter: Scope): number | undefined {
    return this.#shelves.sizeOf(filter)
  }

  /** Up to here it knows the log. */
  get position(): number {
    return this.#position
  }

  /**
   * Takes over what this process has just written, so that it need not be read back. Where other writes lie between, the
   * next search reads the log.
   */
  accept({ span }: WriteReceipt, changes: () => Pick<TextPage, 'upserts' | 'deletes'>): void {
    if (span?.after !== this.#position) return
    this.#position = span.upTo
    if (!this.#shelves.isEmpty) this.#tell(changes())
  }

  async search(queries: readonly TextQuery[], options: TextSearchOptions = {}): Promise<TextAnswer[]> {
    await this.#catchUp(options)
    const answers: TextAnswer[] = []
    for (const query of queries) {
      const shelf = await this.#shelf(query.scope, options)
      answers.push(
        rankTexts(
          shelf.current,
          {
            query: query.query,
            k: query.k,
            ids: query.ids ?? [],
            context: query.context ?? true,
            now: query.now,
            weights: { ...textWeights, ...query.weights },
            minCoverage: query.minCoverage ?? 0,
          },
          (this.#calendar ??= calendarOf(this.#locales)),
          this.#scorer,
        ),
      )
    }
    return answers
  }

  async neighbours(
    scope: Scope,
    ids: readonly string[],
    count: number,
    options: TextSearchOptions = {},
  ): Promise<TextNeighbours[]> {
    await this.#catchUp(options)
    const shelf = (await this.#shelf(scope, options)).current
    shelf.runs.settle()
    return ids.map(id => shelf.neighbours(id, count))
  }

  /** Reads the texts of a filter, so that the first search of it need not wait for them. */
  async warm(scope: Scope, options: CallOptions = {}): Promise<void> {
    await this.#catchUp(options)
    await this.#shelf(scope, options)
  }

  /** Lets go of everything. Waits for what is being read. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#idle)
    await Promise.allSettled([...this.#loading, this.#reading])
    this.#shelves.clear()
  }

  /** Reads the log up to where it ended when the call began. */
  async #catchUp({ signal, upTo }: TextSearchOptions): Promise<void> {
    const head = upTo ?? (await this.#end(signal))
    // A Store that has gone back has other memories than the shelves.
    if (this.lineage.turns !== this.#turns) {
      this.#turns = this.lineage.turns
      this.#startAt(head)
    } else if (this.#shelves.isEmpty) this.#startAt(Math.max(head, this.#position))
    else if (this.#isFarBehind(head)) this.#startAt(head)
    while (!this.#closed && (this.#position < head || !this.#atEnd)) {
      throwIfAborted(signal)
      const before = this.#position
      // A page that another call began to read may end before the write that this call must see.
      const joins = this.#reading !== undefined
      this.#reading ??= this.#readPage().finally(() => (this.#reading = undefined))
      await untilAborted(this.#reading, signal)
      if (!joins && this.#position === before) return
    }
  }

  /** Where the log ends now. */
  async #end(signal: AbortSignal | undefined): Promise<number> {
    const reached = this.#position
    const head = await this.#source.head({ signal })
    this.lineage.hear(head, reached)
    return head.position
  }

  #isFarBehind(head: number): boolean {
    const behind = head - this.#position
    return behind > farBehind && behind > this.#shelves.stats.texts
  }

  /** Forgets all shelves, and goes on from a position of the log. */
  #startAt(position: number): void {
    this.#shelves.clear()
    this.#position = position
    this.#atEnd = true
  }

  async #readPage(): Promise<void> {
    const after = this.#position
    const page = await this.#source.textChanges({ after, limit: pageSize })
    // Void when an own write has come further, or the position was set anew.
    if (this.#position < after) return
    this.#atEnd = page.done || page.cursor <= after
    if (page.cursor <= this.#position) return
    this.#position = page.cursor
    this.#tell(page)
  }

  #tell({ upserts, deletes }: Pick<TextPage, 'upserts' | 'deletes'>): void {
    for (const entry of upserts) this.#shelves.upsert(entry)
    for (const id of deletes) this.#shelves.delete(id)
    this.#takeInWhenIdle()
  }

  /** The shelf of a filter, once all of its texts are in. */
  async #shelf(filter: Scope, { signal }: CallOptions): Promise<LoadedShelf> {
    for (;;) {
      if (this.#closed) throw new MemoryError('CLOSED', 'The memory was closed; open it again.')
      const shelf = this.#shelves.use(filter, shelf => this.#load(shelf))
      if (shelf.loading) await untilAborted(shelf.loading, signal)
      // While it was read, the log may have run so far ahead that all shelves were given up.
      if (!this.#shelves.holds(shelf)) continue
      shelf.takeIn(Infinity)
      this.#shelves.fit(shelf)
      return shelf
    }
  }

  /** What the log says meanwhile waits in the shelf: it is newer than what is read here, or as new. */
  #load(shelf: LoadedShelf): Promise<void> {
    const load = async (): Promise<void> => {
      for await (const page of this.#source.texts({ scope: shelf.filter })) {
        if (this.#closed) return
        shelf.fill(page)
      }
    }
    const loading = load()
    this.#loading.add(loading)
    const forget = (): boolean => this.#loading.delete(loading)
    loading.then(forget, forget)
    return loading
  }

  #takeInWhenIdle(): void {
    if (this.#closed) return
    this.#idle ??= setTimeout(() => {
      this.#idle = undefined
      for (const shelf of this.#shelves.all) {
        if (!shelf.isWaiting || shelf.loading) continue
        shelf.takeIn(sliceMs)
        this.#takeInWhenIdle()
        return
      }
    }, sliceMs).unref()
  }
}
