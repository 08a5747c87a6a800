import type { LanguageModel } from '@agentmem/core/adapter'
import type { ModelScript } from './model-script.ts'

/** A model, and what it is to be answered by whatever is behind it. */
export interface ScriptedParts {
  readonly model: LanguageModel
  readonly script: ModelScript
}
