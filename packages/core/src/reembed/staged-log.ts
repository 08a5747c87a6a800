import type { LogHead } from '../contracts/log-head.ts'
import type { CallOptions, LogPage } from '../contracts/log.ts'
import { contentHash } from '../contracts/record-keys.ts'
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
    // Of texts, not of vectors: the switch gives vectors to records that have none, too.
    const page = await this.#store.textChanges(request, options)
    const texts = page.upserts.map(({ content }) => ({ hash: contentHash(content), content }))
    const hashes = [...new Set(texts.map(({ hash }) => hash))]
    const staged = await this.#store.stagedVectors(this.#target, hashes, options)
    const vectors = new Map(hashes.map((hash, i) => [hash, staged[i]]))
    const lacking = texts.filter(({ hash }) => !vectors.get(hash))
    const added = lacking.length === 0 ? new Map() : await this.#stageTexts(lacking)
    const vectorOf = (hash: string): Float32Array => vectors.get(hash) ?? (added.get(hash) as Float32Array)
    return {
      ...page,
      upserts: page.upserts.map(({ id, scope }, i) => ({
        id,
        scope,
        vector: vectorOf(texts[i]?.hash ?? ''),
      })),
    }
  }

  head(options?: CallOptions): Promise<LogHead> {
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
