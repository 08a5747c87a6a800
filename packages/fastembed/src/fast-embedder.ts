import { throwIfAborted } from '@agentmem/core/adapter'
import type { Embedder, EmbedOptions } from '@agentmem/core/adapter'
import { ChildHost } from './process/child-host.ts'
import type { FastSettings } from './options/fast-options.ts'
import { InProcessHost } from './process/in-process-host.ts'
import type { LocalModelStats, ModelHost } from './process/model-host.ts'
import type { ModelReports } from './models/load-local-model.ts'

/** What an embedder has done since it was opened. */
export type FastEmbedderStats = LocalModelStats

export interface FastEmbedder extends Embedder {
  /** Downloads the model when it is missing, loads it and runs it once, so that the first texts wait for none of that. */
  warmUp(): Promise<void>
  stats(): FastEmbedderStats
}

/** A call is cut into parts of at most this many texts and characters, so that tokens do not fill the memory. */
const textsAtOnce = 2_048
const charactersAtOnce = 2_000_000

/** An embedder whose model runs in a child process, or in this one. */
export class LocalEmbedder implements FastEmbedder {
  readonly model: string
  readonly dimensions: number
  readonly maxTokens: number
  readonly #prefixes: FastSettings['prefixes']
  readonly #host: ModelHost
  #texts = 0
  #truncated = 0
  #runs = 0

  constructor({ identity, prefixes, model, inProcess, onDownload }: FastSettings) {
    this.model = identity
    this.dimensions = model.dimensions
    this.maxTokens = model.maxTokens
    this.#prefixes = prefixes
    const reports: ModelReports = { onDownload, onWarning: warn }
    this.#host = inProcess ? new InProcessHost(model, reports) : new ChildHost(model, reports)
  }

  async embed(
    texts: readonly string[],
    { as = 'document', signal }: EmbedOptions = {},
  ): Promise<Float32Array[]> {
    const inputs = texts.map(text => this.#prefixes[as] + text)
    const vectors: Float32Array[] = []
    while (vectors.length < inputs.length) {
      throwIfAborted(signal)
      const start = vectors.length
      vectors.push(...(await this.#embedPart(cutPart(inputs, start), start, signal)))
    }
    return vectors
  }

  async warmUp(): Promise<void> {
    await this.#host.run({ texts: ['warm up'] }, () => undefined)
  }

  stats(): FastEmbedderStats {
    const { restarts, processId } = this.#host
    return { texts: this.#texts, truncated: this.#truncated, runs: this.#runs, restarts, processId }
  }

  close(): Promise<void> {
    return this.#host.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #embedPart(texts: readonly string[], start: number, signal?: AbortSignal): Promise<Float32Array[]> {
    const { dimensions } = this
    const vectors: Float32Array[] = Array.from({ length: texts.length })
    await this.#host.run(
      { texts, offset: start },
      run => {
        // Each vector gets memory of its own: one that is kept for long must not keep the others of its run.
        for (const [i, position] of run.positions.entries()) {
          vectors[position] = run.values.slice(i * dimensions, (i + 1) * dimensions)
        }
        this.#texts += run.positions.length
        this.#truncated += run.truncated
        this.#runs++
      },
      signal,
    )
    return vectors
  }
}

function cutPart(texts: readonly string[], start: number): readonly string[] {
  let end = start
  let characters = 0
  while (end < texts.length && end - start < textsAtOnce) {
    characters += texts[end]?.length ?? 0
    if (characters > charactersAtOnce && end > start) break
    end++
  }
  return texts.slice(start, end)
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'AgentmemWarning', code: 'AGENTMEM_FASTEMBED_PADDED' })
}
