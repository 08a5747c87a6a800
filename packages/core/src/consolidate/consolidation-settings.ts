import { checkBoolean, checkInteger, checkKeys, checkNumber } from '../checks/check-values.ts'
import type { ConsolidationOptions } from '../consolidate-api.ts'

/** The options with their defaults, checked. */
export type ConsolidationSettings = {
  readonly [Name in keyof ConsolidationOptions]-?: NonNullable<ConsolidationOptions[Name]>
}

const defaults: ConsolidationSettings = {
  similarity: 0.6,
  least: 3,
  changed: 20,
  facts: 1_000,
  background: false,
}

export function consolidationSettings(options: ConsolidationOptions = {}): ConsolidationSettings {
  checkKeys(options, Object.keys(defaults), 'consolidation')
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const settings: ConsolidationSettings = { ...defaults, ...given }
  checkNumber(settings.similarity, 'consolidation.similarity', 0, 1)
  checkInteger(settings.least, 'consolidation.least', 2, 50)
  checkInteger(settings.changed, 'consolidation.changed', 1, 10_000)
  checkInteger(settings.facts, 'consolidation.facts', 2, 5_000)
  checkBoolean(settings.background, 'consolidation.background')
  return settings
}
