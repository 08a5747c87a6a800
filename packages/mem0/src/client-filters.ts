import type { OwnScope, Scope, Where } from '@agentmem/core'
import { MemoryError } from '@agentmem/core'
import type { ClientFilters } from './client-shapes.ts'
import { listOf, scopeOf, conditionOf } from './parse-filters.ts'
import { endOfDay, invalid } from './refuse.ts'

const entityFields = { user_id: 'userId', agent_id: 'agentId', run_id: 'runId' } as const
const timeFields = { created_at: 'createdAt', updated_at: 'updatedAt', timestamp: 'createdAt' } as const
const fields = [
  ...Object.keys(entityFields),
  ...Object.keys(timeFields),
  'expiration_date',
  'text',
  'keywords',
  'categories',
  'metadata',
  'memory_ids',
]

type Condition = readonly [key: string, value: unknown]

/**
 * Whose memories, from the filters of mem0's service, and the rest as a filter of ours. The names of a user, agent or run that
 * hold for all that is asked may stand anywhere in a conjunction; a Memory that is bound to one needs none.
 */
export function parseClientFilters(
  filters: ClientFilters = {},
  bound: Scope,
): { scope: OwnScope; where?: Where } {
  const named: Record<string, unknown> = {}
  const conditions: Where[] = []
  for (const [key, value] of conjunction(filters)) {
    const field = entityFields[key as keyof typeof entityFields]
    if (field !== undefined && !(field in named) && isName(value)) named[field] = value
    else conditions.push(whereOf(key, value))
  }
  const scope = scopeOf(named)
  if (Object.keys({ ...bound, ...scope }).every(part => part === 'orgId')) {
    throw invalid(
      "filters must name one user_id, agent_id or run_id that holds for all, such as { AND: [{ user_id: 'ana' }] }; ask once for each of several.",
    )
  }
  return { scope, ...allOf(...conditions) }
}

/** What all of them say together; nothing where none says anything. */
export function allOf(...conditions: readonly (Where | undefined)[]): { where?: Where } {
  const and = conditions.filter(condition => condition !== undefined)
  return and.length === 0 ? {} : { where: { and } }
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '*'
}

/** Everything that must hold. */
function conjunction(filters: ClientFilters): Condition[] {
  return Object.entries(filters).flatMap(([key, value]): Condition[] => {
    if (value === undefined) return []
    if (key === 'AND') return listOf(key, value).flatMap(conjunction)
    const only = key === 'OR' && Array.isArray(value) && value.length === 1
    return only ? listOf(key, value).flatMap(conjunction) : [[key, value]]
  })
}

function all(filters: ClientFilters): Where {
  return { and: conjunction(filters).map(([key, value]) => whereOf(key, value)) }
}

function whereOf(key: string, value: unknown): Where {
  if (key === 'OR') return { or: listOf(key, value).map(all) }
  // mem0 means none of them; its service also takes one alone.
  if (key === 'NOT') return { not: { or: listOf(key, Array.isArray(value) ? value : [value]).map(all) } }
  if (key === 'memory_ids') return { id: conditionOf(key, value) }
  if (key === 'text' || key === 'keywords') return { content: conditionOf(key, value) }
  if (key === 'categories') return categoriesWhere(value)
  if (key === 'metadata') return metadataWhere(value)
  if (key === 'expiration_date') return { expiresAt: days(conditionOf(key, value)) }
  const field = entityFields[key as keyof typeof entityFields] ?? timeFields[key as keyof typeof timeFields]
  if (field !== undefined) return { [field]: conditionOf(key, value) }
  if (key === 'app_id') {
    throw new MemoryError('UNSUPPORTED', 'filters have no app_id here; leave it out, or use agent_id.')
  }
  throw invalid(
    `filters have no field '${key}'; there are AND, OR, NOT, ${fields.join(', ')}. Keys of metadata stand in metadata: { ... }.`,
  )
}

/** Memories with one of these categories in their metadata. */
export function categoriesWhere(value: unknown): Where {
  const { in: names, contains, ...rest } = conditionOf('categories', value)
  if (Object.keys(rest).length > 0) throw invalid("categories take { in: ['a'] } or { contains: 'a' }.")
  const each = [
    ...(Array.isArray(names) ? (names as string[]) : []),
    ...(contains === undefined ? [] : [contains]),
  ]
  return { or: each.map(name => ({ path: ['categories'], contains: name as string })) }
}

/** Memories whose metadata has these keys with these values. */
export function metadataWhere(value: unknown): Where {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid("metadata takes keys with their values, such as { topic: 'food' }.")
  }
  return { and: Object.entries(value).map(([key, inner]) => ({ path: [key], ...conditionOf(key, inner) })) }
}

/** A memory is there to the end of its last day. */
function days(condition: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const end = (day: unknown): unknown => {
    if (Array.isArray(day)) return day.map(end)
    return typeof day === 'string' ? endOfDay(day) : day
  }
  return Object.fromEntries(Object.entries(condition).map(([operator, day]) => [operator, end(day)]))
}
