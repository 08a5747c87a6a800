import type { Embedder } from '../contracts/embedder.ts'
import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import { embedderKey, identityOf } from '../contracts/model-identity.ts'
import type { Progress } from '../contracts/progress.ts'
import type { UnstagedText } from '../contracts/staging.ts'
import type { Store } from '../contracts/store.ts'
import type { ReembedResult } from '../upkeep-api.ts'
import type { StagedIndex } from './staged-index.ts'
import { StagedLog } from './staged-log.ts'

/** Texts that are embedded and staged at a time, if the embedder has no `batchSize`. */
const defaultBatchSize = 256
/** How often the switch is tried with no text left to embed, before it embeds the last texts itself. */
const patientAttempts = 3

interface StoreReembedOptions {
  readonly batchSize?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** The index that is filled before the switch. */
  readonly index?: StagedIndex | undefined
}

/**
 * Gives every memory of a Store the vector of another model. New vectors are staged batch by batch, while the old
 * ones serve and writes go on. Then one transaction puts all of them in place. Texts that an interrupted run has
 * staged are not embedded again. Store and embedder are guarded.
 */
export async function reembedStore(
  store: Store,
  embedder: Embedder,
  options: StoreReembedOptions,
): Promise<ReembedResult> {
  const target = identityOf(embedder)
  const isDone = async (): Promise<boolean> => (await store.readMeta([embedderKey]))[0] === target
  if (await isDone()) return { memories: 0, embedded: 0 }
  try {
    return await new Reembed(store, embedder, target, options).run()
  } catch (error) {
    // Another process had the same task, and has finished it.
    if (MemoryError.is(error) && error.code === 'CONFLICT' && (await isDone())) {
      return { memories: 0, embedded: 0 }
    }
    throw error
  }
}

class Reembed {
  readonly #store: Store
  readonly #embedder: Embedder
  readonly #target: string
  readonly #options: StoreReembedOptions
  readonly #batchSize: number
  /** The log position up to which every text has its staged vector. */
  #position = 0
  #done = 0
  #total = 0
  #embedded = 0

  constructor(store: Store, embedder: Embedder, target: string, options: StoreReembedOptions) {
    this.#store = store
    this.#embedder = embedder
    this.#target = target
    this.#options = options
    this.#batchSize = Math.min(options.batchSize ?? embedder.batchSize ?? defaultBatchSize, 10_000)
  }

  async run(): Promise<ReembedResult> {
    const { signal, index } = this.#options
    const log = new StagedLog(this.#store, this.#target, texts => this.#stage(texts))
    const { memories, unstaged } = await this.#store.startStaging(this.#target, { signal })
    this.#done = memories - unstaged
    this.#report(memories)
    for (let attempt = 0; ; attempt++) {
      await this.#stageRest()
      await index?.follow(log, { signal })
      throwIfAborted(signal)
      const adopted = await this.#store.adoptStaged(this.#target, {
        limit: attempt < patientAttempts ? 0 : this.#batchSize,
        complete: texts => this.#embed(texts),
        signal,
      })
      if (!adopted) continue
      // An index that cannot be moved along is emptied and filled again after the switch.
      await index?.adopt(this.#store, adopted).catch(() => undefined)
      this.#done = Math.max(this.#done, adopted.memories)
      this.#report(this.#done)
      return { memories: adopted.memories, embedded: this.#embedded }
    }
  }

  /** Follows the log to its end: texts that are written meanwhile are at later positions. */
  async #stageRest(): Promise<void> {
    const { signal } = this.#options
    for (let done = false; !done;) {
      const page = await this.#store.unstaged({ after: this.#position, limit: this.#batchSize }, { signal })
      await this.#stage(page.texts)
      ;({ cursor: this.#position, done } = page)
    }
  }

  /** Embeds and stages texts; equal texts are embedded once. */
  async #stage(texts: readonly UnstagedText[]): Promise<Map<string, Float32Array>> {
    const byHash = new Map(texts.map(({ hash, content }) => [hash, content]))
    const vectors = byHash.size === 0 ? [] : await this.#embed([...byHash.values()])
    const staged = [...byHash.keys()].map((hash, i) => ({ hash, vector: vectors[i] as Float32Array }))
    await this.#store.stage(this.#target, staged, { signal: this.#options.signal })
    this.#done += texts.length
    this.#report(this.#total)
    return new Map(staged.map(({ hash, vector }) => [hash, vector]))
  }

  async #embed(texts: readonly string[]): Promise<Float32Array[]> {
    const distinct = [...new Set(texts)]
    const vectors = await this.#embedder.embed(distinct, { as: 'document', signal: this.#options.signal })
    this.#embedded += distinct.length
    const byText = new Map(distinct.map((text, i) => [text, vectors[i] as Float32Array]))
    return texts.map(text => byText.get(text) as Float32Array)
  }

  /** Reports the progress. The total grows when memories are added meanwhile. */
  #report(total: number): void {
    this.#total = Math.max(total, this.#done)
    this.#options.onProgress?.({ done: this.#done, total: this.#total })
  }
}
