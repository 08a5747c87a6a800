import { MemoryError } from '@agentmem/core/adapter'
import { cutToTokens } from './cut-to-tokens.ts'

export interface TextLimits {
  readonly maxTokens: number | undefined
  readonly truncate: boolean
  readonly countTokens: (text: string) => number
  /** False where `countTokens` estimates. */
  readonly countsExactly: boolean
}

/** An estimate is at most so many times the true count: 3.2 were measured, for Thai and the scripts of India. */
const mostOverestimated = 4

/**
 * The text, cut to `maxTokens` if it may be; a text that is too long otherwise throws `INVALID_ARGUMENT`. One that is too long
 * by an estimate alone is left to the endpoint, unless no estimate can be that wrong.
 */
export function fitText(text: string, index: number, limits: TextLimits): string {
  const { maxTokens, truncate, countTokens, countsExactly } = limits
  if (maxTokens === undefined) return text
  const tokens = countTokens(text)
  if (tokens <= maxTokens) return text
  if (truncate) return cutToTokens(text, maxTokens, countTokens)
  if (!countsExactly && tokens <= maxTokens * mostOverestimated) return text
  throw new MemoryError(
    'INVALID_ARGUMENT',
    `texts[${index}] has ${tokens} tokens, or is estimated to have them; the model reads ${maxTokens}. Split it, ` +
      'or give openOpenAIEmbedder truncate: true, or countTokens for an exact count.',
  )
}
