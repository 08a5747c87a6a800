import { throwIfAborted } from '../contracts/errors.ts'
import type {
  DecisionSet,
  ExtractedFact,
  Extractor,
  FactDecision,
  MessageWindow,
  Outcome,
} from '../contracts/extractor.ts'
import type { CallOptions } from '../contracts/log.ts'
import { estimateTokens } from '../text/estimate-tokens.ts'
import { splitWords } from '../text/split-words.ts'

/** Behind a mark that ends a sentence, and at line ends. */
const sentenceEnd = /(?<=[.!?])\s+|(?<=[。！？])|\n+/u
const fewestWords = 3
const noUsage = { input: 0, output: 0 }

/**
 * An Extractor without a model: each sentence that a user states becomes a fact, word for word. It is no intelligence: it
 * resolves no pronoun, no date and no change, and takes two facts for one only where their words are equal. It costs nothing,
 * gives the same answer always, and is for tests, for trying things out without a key, and for measuring what is around a
 * model.
 */
export class RuleExtractor implements Extractor {
  readonly name = 'rules-1'
  readonly asksModel = false

  countTokens(text: string): number {
    return estimateTokens(text)
  }

  async extract(
    windows: readonly MessageWindow[],
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly facts: readonly ExtractedFact[] }>[]> {
    throwIfAborted(options.signal)
    return windows.map(({ messages }) => {
      const said = messages.filter(({ role }) => role === null || role === 'user')
      const facts = said.flatMap(({ n, text }) =>
        statementsIn(text).map(statement => ({ text: statement, sources: [n], type: 'semantic' })),
      )
      return { finish: 'stop', facts, unread: 0, usage: noUsage }
    })
  }

  async decide(
    sets: readonly DecisionSet[],
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly decisions: readonly FactDecision[] }>[]> {
    throwIfAborted(options.signal)
    return sets.map(({ cases }) => {
      const decisions = cases.flatMap(({ n, fact, stored }) => {
        const words = wordsOf(fact.text)
        const same = stored.flatMap(({ text }, k) => (wordsOf(text) === words ? [k] : []))
        return same.length === 0 ? [] : [{ fact: n, same }]
      })
      return { finish: 'stop', decisions, unread: 0, usage: noUsage }
    })
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The sentences that state something: no questions, and nothing as short as a greeting. */
function statementsIn(text: string): string[] {
  return text
    .split(sentenceEnd)
    .map(sentence => sentence.trim())
    .filter(sentence => sentence.length <= 2_000 && !/[?？]$/u.test(sentence))
    .filter(sentence => splitWords(sentence).length >= fewestWords)
}

function wordsOf(text: string): string {
  return splitWords(text).join(' ')
}
