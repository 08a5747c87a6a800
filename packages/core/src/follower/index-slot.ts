import { randomUUID } from 'node:crypto'

import type { LogSource } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'

/**
 * How far an index has come, kept in the Store under a name of this filling of the index, as a server keeps a replication
 * slot for each that follows its log. It moves before the index does: a Store that knows of less than the index holds
 * has gone back to a backup since, or is another one, also where its log has grown past the index again.
 */
export class IndexSlot {
  readonly #store: Pick<LogSource, 'readMeta' | 'writeMeta'>
  readonly #index: VectorIndex
  /** An index in memory, or in the Store, goes where the Store goes. */
  readonly #isKept: boolean
  /** What this process has noted last, while nothing says that it is there no more. */
  #mine: { readonly name: string; readonly reach: number } | undefined

  constructor(store: Pick<LogSource, 'readMeta' | 'writeMeta'>, index: VectorIndex) {
    const { durable, transactional } = index.supports
    this.#store = store
    this.#index = index
    this.#isKept = durable && !transactional
  }

  /** Reads where it stands: one read of the index and one of the Store. */
  async read(): Promise<NotedSlot> {
    if (!this.#isKept) return unkept
    const name = await this.#index.slot()
    const [value] = name === undefined ? [] : await this.#store.readMeta([keyOf(name)])
    return {
      covers: cursor => name === undefined || (value !== undefined && Number(value) >= cursor),
      advance: async cursor =>
        name !== undefined && Number(value ?? 0) >= cursor
          ? name
          : this.#note(name ?? randomUUID(), value ?? null, cursor),
    }
  }

  /**
   * Notes that the index, which stands at `from`, is about to go to `cursor`. Returns undefined, and notes nothing, where
   * the Store cannot have what the index holds. Otherwise the name for the index to keep, as `NotedSlot.advance` does.
   */
  async advance(from: number, cursor: number): Promise<{ readonly slot: string | undefined } | undefined> {
    const mine = this.#mine
    // That it is still there to be replaced shows that the Store has not gone back before it: nothing need be read.
    if (mine && mine.reach >= from && mine.reach < cursor) {
      const slot = await this.#note(mine.name, String(mine.reach), cursor)
      if (slot !== undefined) return { slot }
    }
    const noted = await this.read()
    return noted.covers(from) ? { slot: await noted.advance(cursor) } : undefined
  }

  /** Empties the index by `clear`. What the Store has noted of it is forgotten: its next filling has a name of its own. */
  async forget(clear: () => Promise<void>): Promise<void> {
    const name = await this.#name()
    await clear()
    await this.#erase(name)
  }

  /** Forgets what this log has noted of the index, which follows another one from now on under the same name. */
  async leave(): Promise<void> {
    await this.#erase(await this.#name())
  }

  /**
   * Notes an index that has been compared in full where it stands. Where the Store takes no note the index keeps no name, or
   * it would be compared again and again.
   */
  async settle(cursor: number): Promise<void> {
    const noted = await this.read()
    if (noted.covers(cursor) || (await noted.advance(cursor)) !== undefined) return
    await this.#index.apply({ upserts: [], deletes: [], cursor, after: cursor, slot: undefined })
  }

  async #name(): Promise<string | undefined> {
    return this.#isKept ? this.#index.slot().catch(() => undefined) : undefined
  }

  /** A note that stays, because the Store takes no write, harms nobody. */
  async #erase(name: string | undefined): Promise<void> {
    this.#mine = undefined
    if (name !== undefined)
      await this.#store.writeMeta([{ key: keyOf(name), value: null }]).catch(() => false)
  }

  async #note(name: string, expect: string | null, cursor: number): Promise<string | undefined> {
    const entry = { key: keyOf(name), value: String(cursor), expect }
    const isNoted = await this.#store.writeMeta([entry]).catch(() => false)
    this.#mine = isNoted ? { name, reach: cursor } : undefined
    return this.#mine?.name
  }
}

/** Where a slot stood when it was read. */
export interface NotedSlot {
  /** False when the Store cannot have what the index holds at its `cursor`. Where the index keeps no name, nobody knows. */
  readonly covers: (cursor: number) => boolean
  /**
   * Notes in the Store that the index is about to go to `cursor`. Returns the name that the index is to keep with it;
   * undefined where the Store takes no note, such as a standby: the index goes there all the same.
   */
  readonly advance: (cursor: number) => Promise<string | undefined>
}

const unkept: NotedSlot = { covers: () => true, advance: async () => undefined }

function keyOf(name: string): string {
  return `index-slot:${name}`
}
