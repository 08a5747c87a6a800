import { MemoryError } from '@agentmem/core/adapter'
import { cutToTokens } from './estimate-tokens.ts'

export interface TextLimits {
  readonly maxTokens: number | undefined
  readonly truncate: boolean
  readonly countTokens: (text: string) => number
}

/** The text, cut to `maxTokens` if it may be; a text that is too long otherwise throws `INVALID_ARGUMENT`. */
export function fitText(text: string, index: number, limits: TextLimits): string {
  const { maxTokens, truncate, countTokens } = limits
  if (maxTokens === undefined) return text
  const tokens = countTokens(text)
  if (tokens <= maxTokens) return text
  if (truncate) return cutToTokens(text, maxTokens, countTokens)
  throw new MemoryError(
    'INVALID_ARGUMENT',
    `texts[${index}] has ${tokens} tokens, or is estimated to have them; the model reads ${maxTokens}. Split it, ` +
      'or give openOpenAIEmbedder truncate: true, or countTokens for an exact count.',
  )
}
