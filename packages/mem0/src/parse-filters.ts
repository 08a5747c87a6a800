import type { OwnScope, Where } from '@agentmem/core'
import { MemoryError } from '@agentmem/core'
import type { Entity, SearchFilters } from './mem0-shapes.ts'
import { invalid } from './refuse.ts'

/** Whose memories, from the filters, and the rest of them as a filter of ours. */
export function parseFilters(filters: SearchFilters = {}): { scope: OwnScope; where: Where | undefined } {
  const { user_id: userId, agent_id: agentId, run_id: runId, ...rest } = filters
  const scope = scopeOf({ userId, agentId, runId })
  if (Object.keys(scope).length === 0) {
    throw invalid(
      "filters must have at least one of user_id, agent_id and run_id, such as { user_id: 'ana' }.",
    )
  }
  return { scope, where: Object.keys(rest).length === 0 ? undefined : whereOf(rest) }
}

/** The parts of a scope that were given, without the white space around them. */
export function scopeOf(entity: Entity): OwnScope {
  const parts = (['userId', 'agentId', 'runId'] as const).flatMap(name => {
    const value = entity[name]
    return value === undefined || value === null ? [] : [[name, trimmed(value, name)]]
  })
  return Object.fromEntries(parts) as OwnScope
}

function trimmed(value: unknown, name: string): string {
  const text = String(value).trim()
  if (text !== '' && !/\s/.test(text)) return text
  throw invalid(`${name} must be a name without white space, not '${String(value)}'.`)
}

function whereOf(filters: Readonly<Record<string, unknown>>): Where {
  const conditions = Object.entries(filters).flatMap(([key, value]): Where[] => {
    if (value === undefined) return []
    if (key === 'AND') return [{ and: listOf(key, value).map(whereOf) }]
    if (key === 'OR') return [{ or: listOf(key, value).map(whereOf) }]
    // mem0 means none of them.
    if (key === 'NOT') return [{ not: { or: listOf(key, value).map(whereOf) } }]
    return [{ path: [key], ...conditionOf(key, value) }]
  })
  return conditions.length === 1 ? (conditions[0] as Where) : { and: conditions }
}

/** The filters that AND, OR and NOT join. */
export function listOf(key: string, value: unknown): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(`${key} takes a list of filters that is not empty.`)
  return value.map((filter: unknown) => {
    if (typeof filter !== 'object' || filter === null) throw invalid(`${key} takes a list of filters.`)
    return filter as Record<string, unknown>
  })
}

const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'contains']

/** What is asked of one key. */
export function conditionOf(key: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === '*') return { exists: true }
  if (Array.isArray(value)) return { in: value }
  if (typeof value !== 'object' || value === null) return { eq: value }
  for (const operator of Object.keys(value)) {
    if (operators.includes(operator)) continue
    const code = operator === 'icontains' ? 'UNSUPPORTED' : 'INVALID_ARGUMENT'
    throw new MemoryError(code, `The filter on ${key} has '${operator}'; there are ${operators.join(', ')}.`)
  }
  return { ...value }
}
