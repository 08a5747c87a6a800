import { checkInteger, checkKeys, checkNumber, checkText, invalid } from '../checks/check-values.ts'
import { checkBoolean } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { InferOptions } from '../infer-api.ts'

/** The options with their defaults, checked. */
export type InferSettings = Required<Omit<InferOptions, 'redact' | 'review'>> &
  Pick<InferOptions, 'redact' | 'review'>

const defaults: InferSettings = {
  windowTokens: 4_000,
  windowMessages: 100,
  context: 10,
  roles: ['user', 'assistant'],
  decide: true,
  messages: 'searchable',
  mayReplace: 'model',
  maxReplaced: 3,
  grounding: 0.5,
  neighbours: 5,
  floor: 0.2,
  factScope: 'source',
  background: true,
  settleMs: 30_000,
  keepAnswers: true,
  redact: undefined,
  review: undefined,
}

export function inferSettings(options: InferOptions = {}): InferSettings {
  checkKeys(options, Object.keys(defaults), 'infer')
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const settings: InferSettings = { ...defaults, ...given }
  checkInteger(settings.windowTokens, 'infer.windowTokens', 100, 1_000_000)
  checkInteger(settings.windowMessages, 'infer.windowMessages', 1, 1_000)
  checkInteger(settings.context, 'infer.context', 0, 100)
  checkInteger(settings.maxReplaced, 'infer.maxReplaced', 0, 100)
  checkInteger(settings.neighbours, 'infer.neighbours', 1, 50)
  checkNumber(settings.grounding, 'infer.grounding', 0, 1)
  checkNumber(settings.floor, 'infer.floor', -1, 1)
  checkInteger(settings.settleMs, 'infer.settleMs', 0, 86_400_000)
  checkBoolean(settings.decide, 'infer.decide')
  checkBoolean(settings.background, 'infer.background')
  checkBoolean(settings.keepAnswers, 'infer.keepAnswers')
  oneOf(settings.messages, 'infer.messages', ['searchable', 'stored', 'discard'])
  oneOf(settings.mayReplace, 'infer.mayReplace', ['model', 'any', 'none'])
  oneOf(settings.factScope, 'infer.factScope', ['source', 'user'])
  if (!Array.isArray(settings.roles))
    throw invalid(`infer.roles must be an array, not ${show(settings.roles)}.`)
  for (const role of settings.roles) checkText(role, 'infer.roles')
  for (const name of ['redact', 'review'] as const) {
    const hook = settings[name]
    if (hook !== undefined && typeof hook !== 'function')
      throw invalid(`infer.${name} must be a function, not ${show(hook)}.`)
  }
  return settings
}

function oneOf(value: string, name: string, known: readonly string[]): void {
  if (known.includes(value)) return
  throw invalid(`${name} must be ${known.map(other => `'${other}'`).join(' or ')}, not ${show(value)}.`)
}
