import { MemoryError } from '@agentmem/core'

export function invalid(message: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', message)
}

/** Refuses what mem0 has and this face has not, by its name, and what neither knows. */
export function checkConfig(config: unknown, known: readonly string[], call: string): void {
  if (typeof config !== 'object' || config === null) throw invalid(`${call}() needs its options, an object.`)
  const names = Object.keys(config).filter(name => (config as Record<string, unknown>)[name] !== undefined)
  const entities = names.filter(name => entityNames.includes(name) && !known.includes(name))
  if (entities.length > 0) {
    throw invalid(`${call}() takes ${entities.join(', ')} within filters: { user_id: '...' }.`)
  }
  const other = names.find(name => !known.includes(name))
  if (other === undefined) return
  const offered = unsupported.includes(other)
  throw new MemoryError(
    offered ? 'UNSUPPORTED' : 'INVALID_ARGUMENT',
    offered
      ? `${call}() has no ${other} here; leave it out.`
      : `${call}() has no option '${other}'; there are ${known.length === 0 ? 'none' : known.join(', ')}.`,
  )
}

const entityNames = ['user_id', 'agent_id', 'run_id', 'userId', 'agentId', 'runId']
const unsupported = [
  'rerank',
  'showExpired',
  'explain',
  'timestamp',
  'referenceDate',
  'categories',
  'customInstructions',
  'data',
  'appId',
  'fields',
  'keywordSearch',
  'source',
  'customCategories',
  'agentCustomInstructions',
  'structuredDataSchema',
  'deleteLinked',
]

/** 0 to 1, as mem0 has it. */
export function checkThreshold(threshold: unknown): void {
  if (threshold === undefined || (typeof threshold === 'number' && threshold >= 0 && threshold <= 1)) return
  throw invalid(`threshold must be a number from 0 to 1, not ${String(threshold)}.`)
}

export function checkTopK(topK: unknown): void {
  if (topK === undefined || (Number.isInteger(topK) && Number(topK) >= 0)) return
  throw invalid(`topK must be a whole number from 0, not ${String(topK)}.`)
}

export function checkWhole(value: unknown, name: string, least: number, most: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return
  throw invalid(`${name} must be a whole number from ${least} to ${most}, not ${String(value)}.`)
}

/** The end of a day in UTC, in milliseconds. */
export function endOfDay(day: string, name = 'expirationDate'): number {
  const start = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== day) {
    throw invalid(`${name} must be a day such as 2026-12-31, not '${day}'.`)
  }
  return start + 24 * 60 * 60 * 1_000
}
