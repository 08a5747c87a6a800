import type { CallOptions, LogPage } from '../contracts/log.ts'
import type { UnstagedText } from '../contracts/staging.ts'
import type { LogSource, MetaEntry, Store } from '../contracts/store.ts'

/** Embeds texts and stages their vectors; returns them by the hash of the text. */
export type StageTexts = (texts: readonly UnstagedText[]) => Promise<ReadonlyMap<string, Float32Array>>

/**
 * The log of a Store with the staged vectors in place of those in use: each change at its present position. A text
 * without a staged vector is embedded and staged when it is read.
 */
export class StagedLog implements LogSource {
  readonly #store: Store
  readonly #target: string
  readonly #stageTexts: StageTexts

  constructor(store: Store, target: string, stageTexts: StageTexts) {
    this.#store = store
    this.#target = target
    this.#stageTexts = stageTexts
  }

  async changes(
    request: { readonly after: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<LogPage> {
    const page = await this.#store.changes(request, options)
    const keys = page.upserts.map(({ id, scope }) => ({ orgId: scope.orgId, id }))
    const records = await this.#store.get(keys, options)
    // A record that was deleted meanwhile is on a later page.
    const live = page.upserts.flatMap((entry, i) => {
      const record = records[i]
      return record ? [{ entry, record }] : []
    })
    const hashes = [...new Set(live.map(({ record }) => record.hash))]
    const staged = await this.#store.stagedVectors(this.#target, hashes, options)
    const vectors = new Map(hashes.map((hash, i) => [hash, staged[i]]))
    const lacking = live.filter(({ record }) => !vectors.get(record.hash))
    const added =
      lacking.length === 0 ? new Map() : await this.#stageTexts(lacking.map(({ record }) => record))
    const vectorOf = (hash: string): Float32Array => vectors.get(hash) ?? (added.get(hash) as Float32Array)
    return {
      ...page,
      upserts: live.map(({ entry, record }) => ({ ...entry, vector: vectorOf(record.hash) })),
    }
  }

  head(options?: CallOptions): Promise<number> {
    return this.#store.head(options)
  }

  readMeta(keys: readonly string[], options?: CallOptions): Promise<(string | undefined)[]> {
    return this.#store.readMeta(keys.map(stagedName), options)
  }

  writeMeta(entries: readonly MetaEntry[], options?: CallOptions): Promise<boolean> {
    return this.#store.writeMeta(
      entries.map(entry => ({ ...entry, key: stagedName(entry.key) })),
      options,
    )
  }
}

/** Returns a meta key of its own: the index in use may have the same name, and uses the key as it is. */
function stagedName(key: string): string {
  return `staged:${key}`
}
