import type { EmbedPurpose } from '../contracts/embedder.ts'
import { splitWords } from './split-words.ts'
import { stemEnglish } from './stem-english.ts'
import { stopWords } from './stop-words.ts'

/** The terms by which a text is found: its words without stop words, each as its stem. In order, with repeats. */
export function termsOf(text: string, as: EmbedPurpose): string[] {
  return splitWords(text, as)
    .filter(word => !stopWords.has(word))
    .map(stemEnglish)
}
