import { inTurn } from '@agentmem/core/adapter'
import type { InTurn } from '@agentmem/core/adapter'
import { againAfterConflict } from './again-after-conflict.ts'
import { liveFilter, tombstoneFilter } from './filter.ts'
import { isCommitConflict, lanceError } from './lance-error.ts'
import type { Lancedb } from './lancedb-libraries.ts'
import type { LancedbSettings } from './lancedb-options.ts'
import { buildIndexes, isOutgrown } from './table-indexes.ts'
import { tableFiles } from './table-files.ts'
import type { VectorTable } from './vector-table.ts'

/** Commits until their files are merged; each commit makes a version and a file. */
const commitsBetween = 8
/** More versions, or data files, than this are cleaned up. */
const most = 10
/** The shortest pause before a run for what an earlier one left. */
const leastPauseMs = 1_000
/** A run is followed by a rest of nine times its length: upkeep takes a tenth of the time at most, whatever the size. */
const rest = 9

/**
 * Keeps files and versions few and the index fresh. Small files are merged after every 8 commits, or later
 * where that takes long; versions go when they have been replaced for `keepVersionsMs`; the index is built
 * once a scan takes longer. An error here loses nothing: the work is due again after the next commit, and soon where
 * commits of others came first each time.
 */
export class Upkeep {
  readonly #lancedb: Lancedb
  readonly #table: VectorTable
  readonly #settings: LancedbSettings
  /** Runs one write of this process at a time. */
  readonly #write: InTurn
  readonly #runs = inTurn()
  #waiting = false
  #closing = false
  #timer: NodeJS.Timeout | undefined
  #commits = 0
  #changes = 0
  #restUntil = 0
  /** Where the cursor stood some time ago. */
  #past = { cursor: 0, at: Date.now() }
  #error: string | undefined

  private constructor(
    lancedb: Lancedb,
    table: VectorTable,
    settings: LancedbSettings,
    write: InTurn,
    commits: number,
  ) {
    this.#lancedb = lancedb
    this.#table = table
    this.#settings = settings
    this.#write = write
    this.#commits = commits
  }

  /** Counts the commits that other processes left unmerged. */
  static async open(
    lancedb: Lancedb,
    table: VectorTable,
    settings: LancedbSettings,
    write: InTurn,
  ): Promise<Upkeep> {
    const { fragmentStats } = await table.table.stats()
    return new Upkeep(lancedb, table, settings, write, fragmentStats.numFragments - 1)
  }

  /** The error of the last run; undefined when it succeeded. */
  get error(): string | undefined {
    return this.#error
  }

  /** Commits since the last run. */
  get commits(): number {
    return this.#commits
  }

  /** To be called after each commit. */
  committed(changes: number): void {
    this.#commits++
    this.#changes += changes
    if (this.#isDue) this.#runIn(this.#restMs)
  }

  /** Does all upkeep now. What others' commits get in the way of again and again is left for the next run. */
  run(): Promise<void> {
    return this.#runs(() => this.#run())
  }

  /** Does what is due, as a process may live for a single commit, and waits for the run in flight. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#timer)
    if (this.#isDue && this.#restMs === 0) await this.run().catch(() => undefined)
    await this.#runs(async () => undefined)
  }

  get #isDue(): boolean {
    return this.#commits >= commitsBetween || this.#changes > this.#settings.exactUpTo
  }

  get #restMs(): number {
    return Math.max(0, this.#restUntil - performance.now())
  }

  #runIn(ms: number): void {
    if (this.#waiting || this.#closing) return
    this.#waiting = true
    this.#timer = setTimeout(() => {
      this.run().catch(() => undefined)
    }, ms)
    // A pause is no reason to keep a process alive.
    if (ms > 0) this.#timer.unref()
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer)
    this.#waiting = false
    const started = performance.now()
    let isLeft = false
    try {
      const isClosing = (): boolean => this.#closing
      // In its turn each time: other writes of this process need not wait for all of them.
      await againAfterConflict(() => this.#write(() => this.#compact()), isClosing)
      await againAfterConflict(() => this.#keepIndex(), isClosing)
      this.#error = undefined
    } catch (error) {
      const failure = lanceError(error, 'The upkeep of the LanceDB table failed')
      this.#error = failure.message
      isLeft = isCommitConflict(error)
      if (!isLeft) throw failure
    } finally {
      const ended = performance.now()
      this.#restUntil = ended + rest * (ended - started)
      // The versions that this run replaced can be removed after keepVersionsMs.
      const pause = isLeft ? leastPauseMs : Math.max(leastPauseMs, this.#settings.keepVersionsMs + 1)
      if (isLeft || (await this.#isCrowded())) this.#runIn(Math.max(pause, this.#restMs))
    }
  }

  async #compact(): Promise<void> {
    const { misfit } = await this.#table.refresh()
    if (misfit) return
    await this.#dropTombstones()
    await this.#table.table.optimize({ cleanupOlderThan: await this.#replacedBefore() })
    this.#commits = 0
    this.#changes = 0
    await this.#table.refresh()
  }

  /**
   * Removes what deletes have left behind, but not at once: a commit of another process that is being tried
   * again must still find them, so as not to bring back what was deleted.
   */
  async #dropTombstones(): Promise<void> {
    const { cursor, at } = this.#past
    if (Date.now() - at < this.#settings.keepVersionsMs) return
    const filter = tombstoneFilter(cursor)
    if ((await this.#table.count(filter)) > 0) await this.#table.table.delete(filter)
    this.#past = { cursor: (await this.#table.known()).cursor, at: Date.now() }
  }

  /** Versions older than the newest one that is as old as `keepVersionsMs` were replaced before that. */
  async #replacedBefore(): Promise<Date> {
    const limit = Date.now() - this.#settings.keepVersionsMs
    const times = (await this.#table.versionTimes()).filter(time => time <= limit)
    return new Date(Math.max(0, ...times))
  }

  async #keepIndex(): Promise<void> {
    const { index } = await this.#table.refresh()
    const vectors = await this.#table.count(liveFilter)
    if (this.#closing || vectors <= this.#settings.exactUpTo || !isOutgrown(index, vectors)) return
    await buildIndexes(this.#lancedb, this.#table.table, vectors, index)
    await this.#table.refresh()
  }

  async #isCrowded(): Promise<boolean> {
    try {
      const { length: versions } = await this.#table.versionTimes()
      // Files that no version has any more were left behind by a crash: LanceDB removes them after a week.
      return versions > most || (versions > 1 && ((await tableFiles(this.#settings))?.data ?? 0) > most)
    } catch {
      // The next run asks again.
      return false
    }
  }
}
