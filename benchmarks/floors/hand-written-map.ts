import { hash, randomUUID } from 'node:crypto'

import { HashEmbedder } from '@agentmem/core'

import type { Floor } from './floor.ts'

/** Three Maps, for records, vectors and histories. Nothing is durable. */
export class HandWrittenMap implements Floor {
  readonly #embedder = new HashEmbedder()
  readonly #records = new Map<string, object>()
  readonly #vectors = new Map<string, Float32Array>()
  readonly #histories = new Map<string, object[]>()

  async addBatch(texts: readonly string[]): Promise<void> {
    const vectors = await this.#embedder.embed(texts)
    texts.forEach((text, i) => this.#add(text, vectors[i] as Float32Array))
  }

  async addInThreeWrites(text: string): Promise<void> {
    const [vector] = await this.#embedder.embed([text])
    this.#add(text, vector as Float32Array)
  }

  close(): void {}

  #add(content: string, vector: Float32Array): void {
    const id = randomUUID()
    const now = Date.now()
    const sha = hash('sha256', content, 'hex')
    this.#records.set(id, { id, content, hash: sha, userId: 'user', metadata: {}, createdAt: now })
    this.#vectors.set(id, vector)
    this.#histories.set(id, [{ memoryId: id, newValue: content, event: 'ADD', createdAt: now }])
  }
}
