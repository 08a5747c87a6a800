import { MemoryError, throwIfAborted } from '@agentmem/core/adapter'
import type { CallOptions, LanguageModel, ModelAnswer, Reranker } from '@agentmem/core/adapter'
import { outcomeOf } from '../answers/outcome-of.ts'
import { systemFor } from '../prompts/instructions.ts'
import { gradesSchema, rerankPrompt } from '../prompts/rerank-prompt.ts'
import type { RerankerSettings } from './reranker-options.ts'

/** Tokens of an answer: some for each text, and some to think by. */
const [tokensOfGrade, tokensToThink] = [16, 1_024]
const best = 100

/** A Reranker that shows a model all texts of a batch at once. */
export class ModelReranker implements Reranker {
  readonly model: string
  readonly batchSize: number
  readonly #model: LanguageModel
  readonly #settings: RerankerSettings

  constructor(model: LanguageModel, settings: RerankerSettings) {
    this.model = model.model
    this.batchSize = settings.batchSize
    this.#model = model
    this.#settings = settings
  }

  async rerank(query: string, texts: readonly string[], { signal }: CallOptions = {}): Promise<number[]> {
    throwIfAborted(signal)
    if (texts.length === 0) return []
    const { maxTextLength } = this.#settings
    // The same text is shown once, and has one grade wherever it stands.
    const distinct = [...new Set(texts.map(text => cut(text, maxTextLength)))]
    const [answer] = await this.#model.generate(
      [
        {
          id: 'rerank',
          system: systemFor(this.#model, { system: rerankPrompt, schema: gradesSchema }),
          user: JSON.stringify({
            query: cut(query, maxTextLength),
            texts: distinct.map((text, n) => ({ n, text })),
          }),
          name: 'grades',
          schema: gradesSchema,
          maxOutputTokens: tokensToThink + tokensOfGrade * distinct.length,
        },
      ],
      { signal },
    )
    const grades = this.#grades(answer as ModelAnswer, distinct.length)
    const scores = new Map(distinct.map((text, n) => [text, grades[n] ?? 0]))
    return texts.map(text => scores.get(cut(text, maxTextLength)) ?? 0)
  }

  /** From 0 to 1, by the place of the text; none for a text that the model left out. */
  #grades(answer: ModelAnswer, count: number): readonly number[] {
    const outcome = outcomeOf(answer, 'grades')
    if ('error' in outcome) throw outcome.error
    if (outcome.finish !== 'stop') throw this.#unusable(outcome.reason ?? reasons[outcome.finish])
    const grades: number[] = []
    for (const item of outcome.items) {
      const { n, grade } = item as { readonly n?: unknown; readonly grade?: unknown }
      if (!isWhole(n, count - 1) || !isWhole(grade, best) || grades[n] !== undefined) continue
      grades[n] = grade / best
    }
    const isWrong = grades.length === 0 && outcome.items.length + outcome.unread > 0
    if (isWrong) throw this.#unusable('it grades none of the texts')
    return grades
  }

  #unusable(reason: string): MemoryError {
    return new MemoryError(
      'MODEL_ANSWER',
      `The grades of the model ${this.model} are not used: ${reason}. The order that the texts have is left as it is.`,
    )
  }

  close(): Promise<void> {
    return this.#model.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

const reasons = {
  cut: 'the answer is cut off',
  refused: 'the model refused to answer',
  unreadable: 'the answer cannot be read',
}

function isWhole(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most
}

/** The beginning of a text; no character is halved. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const last = text.charCodeAt(most - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 1 : most)
}
