import { MemoryError } from '../../contracts/errors.ts'
import { contentHash, scopeKey } from '../../contracts/record-keys.ts'
import type { Scope } from '../../contracts/record.ts'
import type { MetaEntry, Store } from '../../contracts/store.ts'

/** A message of a window, by its id, and the part of its text: all of it as a rule. */
export type JobPiece = readonly [id: string] | readonly [id: string, start: number, end: number]

/** A window, by the ids of its messages. */
export interface JobWindow {
  readonly context: readonly string[]
  readonly pieces: readonly JobPiece[]
}

/** Windows that were handed in together, and whose answers are to be collected. */
export interface DeferredJob {
  /** Names it for whoever answers: what was handed in under it is not handed in again. */
  readonly key: string
  /** Null until it is handed in, as far as is known. */
  readonly ticket: string | null
  readonly windows: readonly JobWindow[]
}

/** The job of a scope in the meta table of the Store. It is there before anything is handed in, until its answers are kept. */
export class JobNote {
  readonly #store: Pick<Store, 'readMeta' | 'writeMeta'>
  readonly #key: string
  /** As it was read or written last. */
  #value: string | null = null

  constructor(store: Pick<Store, 'readMeta' | 'writeMeta'>, scope: Scope) {
    this.#store = store
    // Ids can be long, and a key of the meta table cannot.
    this.#key = `infer-job:${contentHash(scopeKey(scope))}`
  }

  async read(): Promise<DeferredJob | undefined> {
    const [value = null] = await this.#store.readMeta([this.#key])
    this.#value = value
    return value === null ? undefined : (JSON.parse(value) as DeferredJob)
  }

  async write(job: DeferredJob): Promise<void> {
    await this.#replace(JSON.stringify(job))
  }

  async remove(): Promise<void> {
    await this.#replace(null)
  }

  async #replace(value: string | null): Promise<void> {
    const entry: MetaEntry = { key: this.#key, value, expect: this.#value }
    if (!(await this.#store.writeMeta([entry])))
      throw new MemoryError('CONFLICT', 'Another process has taken over the deferred work; it goes on there.')
    this.#value = value
  }
}
