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
import type { RecordMap } from './record-map.ts'

/** The staging of a MapStore, on its own records, meta entries and log. */
export class MapStaging {
  readonly #records: RecordMap
  readonly #meta: Map<string, string>
  readonly #log: string[]
  readonly #positionOf: Map<string, number>
  readonly #vectors = new Map<string, Float32Array>()

  constructor(records: RecordMap, meta: Map<string, string>, log: string[], positionOf: Map<string, number>) {
    this.#records = records
    this.#meta = meta
    this.#log = log
    this.#positionOf = positionOf
  }

  start(embedder: string): StagingState {
    if (this.#meta.get(stagedKey) !== embedder) this.#vectors.clear()
    this.#meta.set(stagedKey, embedder)
    return { memories: this.#records.size, unstaged: this.#lacking().length }
  }

  unstaged({ after, limit }: { readonly after: number; readonly limit: number }): UnstagedPage {
    const texts: UnstagedText[] = []
    let cursor = after
    while (cursor < this.#log.length && texts.length < limit) {
      const record = this.#liveAt(++cursor)
      if (record && !this.#vectors.has(record.hash)) {
        texts.push({ hash: record.hash, content: record.content })
      }
    }
    return { texts, cursor, done: cursor >= this.#log.length }
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
    const after = this.#log.length
    let first = Infinity
    for (const { id } of this.#records.values()) first = Math.min(first, this.#positionOf.get(id) as number)
    for (let position = first; position <= after; position++) {
      const record = this.#liveAt(position)
      const moved = this.#log.push(record?.id ?? '')
      if (!record) continue
      this.#records.replace(record, { ...record, vector: this.#vectors.get(record.hash) as Float32Array })
      this.#positionOf.set(record.id, moved)
    }
    this.#vectors.clear()
    this.#meta.set(embedderKey, embedder)
    this.#meta.delete(stagedKey)
    const distance = first === Infinity ? 0 : after + 1 - first
    return { memories: this.#records.size, span: { after, upTo: this.#log.length }, distance }
  }

  #require(embedder: string): void {
    const staged = this.#meta.get(stagedKey)
    if (staged !== embedder) throw notStaging(embedder, staged)
  }

  #lacking(): StoredRecord[] {
    return [...this.#records.values()].filter(({ hash }) => !this.#vectors.has(hash))
  }

  /** Returns the live record whose last change took this position. */
  #liveAt(position: number): StoredRecord | undefined {
    const id = this.#log[position - 1]
    if (id === undefined || this.#positionOf.get(id) !== position) return undefined
    return this.#records.byId(id)
  }
}
