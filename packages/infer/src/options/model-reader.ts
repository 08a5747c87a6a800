import { part } from '@agentmem/core/adapter'
import type { LanguageModel, OptionReader } from '@agentmem/core/adapter'

export const modelReader: OptionReader<LanguageModel> = part<LanguageModel>(
  "a language model, such as await openOpenAIModel({ model: 'gpt-5-mini' })",
  ['generate', 'countTokens'],
)
