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

  /** False when the Store cannot have what the index holds at its `cursor`. Where the index keeps no name, nobody knows. */
  async covers(cursor: number): Promise<boolean> {
    const name = this.#isKept ? await this.#index.slot() : undefined
    if (name === undefined) return true
    const { reach } = await this.#read(name)
    return reach !== undefined && reach >= cursor
  }

  /**
   * Notes in the Store that the index is about to go to `cursor`. Returns the name that the index is to keep with it;
   * undefined where the Store takes no note, such as a standby: the index goes there all the same.
   */
  async advance(cursor: number): Promise<string | undefined> {
    if (!this.#isKept) return undefined
    const name = (await this.#index.slot()) ?? randomUUID()
    const { value, reach = 0 } = await this.#read(name)
    if (reach >= cursor) return name
    const entry = { key: keyOf(name), value: String(cursor), expect: value ?? null }
    const isNoted = await this.#store.writeMeta([entry]).catch(() => false)
    return isNoted ? name : undefined
  }

  async #read(name: string): Promise<{ value: string | undefined; reach: number | undefined }> {
    const [value] = await this.#store.readMeta([keyOf(name)])
    return { value, reach: value === undefined ? undefined : Number(value) }
  }
}

function keyOf(name: string): string {
  return `index-slot:${name}`
}
