import type { EmbedPurpose } from '../contracts/embedder.ts'
import { splitWords } from './split-words.ts'
import { stopWords } from './stop-words.ts'

/** The words by which a text is found: those that are no stop words, in order, with repeats. */
export function contentWords(text: string, as: EmbedPurpose): string[] {
  return splitWords(text, as).filter(word => !stopWords.has(word))
}
