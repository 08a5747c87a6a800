import { embedderKey, notStaging, stagedKey } from '../contracts/model-identity.ts'
import type { StoredRecord } from '../contracts/record.ts'
import type {
  Adopted,
  AdoptOptions,
  StagedVector,
  StagingState,
  UnstagedPage,
  UnstagedText,
} from '../contracts/staging.ts'
import type { MapLog } from './map-log.ts'
import type { RecordMap } from './record-map.ts'

/** The staging of a MapStore, on its own records, meta entries and log. */
export class MapStaging {
  readonly #records: RecordMap
  readonly #meta: Map<string, string>
  readonly #log: MapLog
  readonly #vectors = new Map<string, Float32Array>()

  constructor(records: RecordMap, meta: Map<string, string>, log: MapLog) {
    this.#records = records
    this.#meta = meta
    this.#log = log
  }

  start(embedder: string): StagingState {
    if (this.#meta.get(stagedKey) !== embedder) this.#vectors.clear()
    this.#meta.set(stagedKey, embedder)
    return { memories: this.#indexed().length, unstaged: this.#lacking().length }
  }

  unstaged({ after, limit }: { readonly after: number; readonly limit: number }): UnstagedPage {
    const texts: UnstagedText[] = []
    let cursor = after
    while (cursor < this.#log.head && texts.length < limit) {
      const record = this.#liveAt(++cursor)
      if (record?.indexed && !this.#vectors.has(record.hash)) {
        texts.push({ hash: record.hash, content: record.content })
      }
    }
    return { texts, cursor, done: cursor >= this.#log.head }
  }

  vectors(embedder: string, hashes: readonly string[]): (Float32Array | undefined)[] {
    this.#require(embedder)
    return hashes.map(hash => this.#vectors.get(hash)?.slice())
  }

  stage(embedder: string, vectors: readonly StagedVector[]): void {
    this.#require(embedder)
    for (const { hash, vector } of vectors) this.#vectors.set(hash, vector.slice())
  }

  async adopt(embedder: string, { limit = 0, complete }: AdoptOptions): Promise<Adopted | undefined> {
    // Other writers are not kept out while the rest is embedded: the next pass of the loop finds what they wrote.
    for (;;) {
      this.#require(embedder)
      const lacking = this.#lacking()
      if (lacking.length === 0) break
      if (lacking.length > limit || !complete) return undefined
      const vectors = await complete(lacking.map(({ content }) => content))
      this.stage(
        embedder,
        lacking.map(({ hash }, i) => ({ hash, vector: vectors[i] as Float32Array })),
      )
    }
    return this.#adopt(embedder)
  }

  #adopt(embedder: string): Adopted {
    const after = this.#log.head
    let first = Infinity
    for (const { id } of this.#records.values()) first = Math.min(first, this.#log.positionOf(id))
    for (let position = first; position <= after; position++) {
      const record = this.#liveAt(position)
      if (!record) {
        this.#log.skip()
        continue
      }
      this.#log.add(record.id)
      const vector = record.indexed ? (this.#vectors.get(record.hash) ?? null) : null
      this.#records.replace(record, {
        ...record,
        vector,
        reusable: record.reusable === true && vector !== null,
      })
    }
    this.#vectors.clear()
    this.#meta.set(embedderKey, embedder)
    this.#meta.delete(stagedKey)
    const distance = first === Infinity ? 0 : after + 1 - first
    return { memories: this.#indexed().length, span: { after, upTo: this.#log.head }, distance }
  }

  #require(embedder: string): void {
    const staged = this.#meta.get(stagedKey)
    if (staged !== embedder) throw notStaging(embedder, staged)
  }

  #indexed(): StoredRecord[] {
    return [...this.#records.values()].filter(({ indexed }) => indexed)
  }

  #lacking(): StoredRecord[] {
    return this.#indexed().filter(({ hash }) => !this.#vectors.has(hash))
  }

  /** Returns the live record whose last change took this position. */
  #liveAt(position: number): StoredRecord | undefined {
    const id = this.#log.idAt(position)
    return id === undefined ? undefined : this.#records.byId(id)
  }
}
