import type { Reranker } from '@agentmem/core/adapter'

/** A score is the share of the query's words that the text has. */
export class WordReranker implements Reranker {
  readonly model = 'words'
  readonly batchSize = 100

  async rerank(query: string, texts: readonly string[]): Promise<number[]> {
    const asked = wordsOf(query)
    return texts.map(text => {
      const words = new Set(wordsOf(text))
      return asked.filter(word => words.has(word)).length / Math.max(1, asked.length)
    })
  }

  async close(): Promise<void> {
    // It holds nothing.
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? []
}
