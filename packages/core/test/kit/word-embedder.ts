import type { Embedder, EmbedOptions } from '../../src/contracts/embedder.ts'

/** Counts words into a vector: texts with more words in common are nearer. Records every call. */
export class WordEmbedder implements Embedder {
  readonly model: string
  readonly dimensions: number
  readonly batchSize: number | undefined
  /** The texts of each call. */
  readonly calls: string[][] = []
  /** Run before a call answers: may wait, or throw. */
  before: (texts: readonly string[], options: EmbedOptions) => Promise<void> = async () => {}

  constructor({ model = 'words', dimensions = 32, batchSize }: Partial<WordEmbedder> = {}) {
    this.model = model
    this.dimensions = dimensions
    this.batchSize = batchSize
  }

  /** How many texts were embedded in all. */
  get texts(): number {
    return this.calls.reduce((sum, texts) => sum + texts.length, 0)
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    this.calls.push([...texts])
    await this.before(texts, options)
    return texts.map(text => this.vectorOf(text))
  }

  vectorOf(text: string): Float32Array {
    const counts = new Float32Array(this.dimensions)
    for (const word of text.toLowerCase().split(/\s+/)) {
      let hash = 2_166_136_261
      for (const char of word) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619)
      const slot = (hash >>> 0) % this.dimensions
      counts[slot] = (counts[slot] ?? 0) + 1
    }
    const length = Math.hypot(...counts)
    return counts.map(count => count / length)
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
