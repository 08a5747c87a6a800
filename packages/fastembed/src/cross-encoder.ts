import type { CallOptions, Reranker } from '@agentmem/core/adapter'
import { ChildHost } from './process/child-host.ts'
import type { RerankerSettings } from './options/cross-encoder-options.ts'
import type { LocalModelStats } from './process/model-host.ts'

export interface CrossEncoder extends Reranker {
  /** Downloads the model when it is missing, loads it and runs it once, so that the first query waits for none of that. */
  warmUp(): Promise<void>
  stats(): LocalModelStats
}

/** More characters than this a token are those of no language; a text of a million need not be tokenized to its end. */
const charactersPerToken = 32

/** A reranker whose model runs in a child process. */
export class LocalCrossEncoder implements CrossEncoder {
  readonly model: string
  /** So many pairs at most are held in tokens at a time. */
  readonly batchSize = 256
  readonly #host: ChildHost
  readonly #charactersRead: number
  #texts = 0
  #truncated = 0
  #runs = 0

  constructor({ identity, model, onDownload }: RerankerSettings) {
    this.model = identity
    this.#charactersRead = model.maxTokens * charactersPerToken
    this.#host = new ChildHost(model, { onDownload, onWarning: () => undefined })
  }

  async rerank(query: string, texts: readonly string[], { signal }: CallOptions = {}): Promise<number[]> {
    const scores: number[] = Array.from({ length: texts.length })
    const read = (text: string): string => text.slice(0, this.#charactersRead)
    await this.#host.run(
      { query: read(query), texts: texts.map(read) },
      ({ positions, values, truncated }) => {
        for (const [i, position] of positions.entries()) scores[position] = sigmoid(values[i] as number)
        this.#texts += positions.length
        this.#truncated += truncated
        this.#runs++
      },
      signal,
    )
    return scores
  }

  async warmUp(): Promise<void> {
    await this.#host.run({ query: 'warm', texts: ['up'] }, () => undefined)
  }

  stats(): LocalModelStats {
    const { restarts, processId } = this.#host
    return { texts: this.#texts, truncated: this.#truncated, runs: this.#runs, restarts, processId }
  }

  close(): Promise<void> {
    return this.#host.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}
