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
      advance: cursor => this.#advance(name ?? randomUUID(), value, cursor),
    }
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

  async #advance(name: string, value: string | undefined, cursor: number): Promise<string | undefined> {
    if (Number(value ?? 0) >= cursor) return name
    const entry = { key: keyOf(name), value: String(cursor), expect: value ?? null }
    const isNoted = await this.#store.writeMeta([entry]).catch(() => false)
    return isNoted ? name : undefined
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
