import { fields, standsAlone } from './fields.ts'
import type { Comparison, Kind } from './fields.ts'

/** One line of the filter, as it was typed. */
export interface Condition {
  /** One of `fields`, or 'metadata'. */
  readonly field: string
  /** The key in the metadata, with dots between keys in keys; '' for another field. */
  readonly key: string
  /** What the value is, for metadata; another field says it itself. */
  readonly kind: Kind
  readonly comparison: Comparison
  readonly value: string
}

/** A filter in JSON, as every call with `where` takes it. */
export type WhereJson = { readonly [field: string]: unknown }

/** What a value of the condition is. */
export function kindOf({ field, kind }: Pick<Condition, 'field' | 'kind'>): Kind {
  return fields[field] ?? kind
}

/** Whether enough was typed for it to mean something. */
export function isComplete(condition: Condition): boolean {
  return compared(condition) !== undefined
}

/** The filter that the complete conditions make; undefined for none. */
export function whereOf(conditions: readonly Condition[], join: 'and' | 'or'): WhereJson | undefined {
  const parts = conditions.flatMap(condition => {
    const value = compared(condition)
    return value === undefined ? [] : [partOf(condition, value)]
  })
  if (parts.length === 0) return undefined
  const names = parts.flatMap(part => Object.keys(part))
  // All entries of one object must hold, so that conditions on different fields need no `and`.
  const isFlat = join === 'and' && new Set(names).size === names.length && !names.includes('path')
  if (isFlat) return Object.assign({}, ...parts) as WhereJson
  return parts.length === 1 ? parts[0] : { [join]: parts }
}

/** A key of letters, digits, hyphens and underscores goes by its name, and any other by a path. */
const plainKey = /^[A-Za-z_][\w-]{0,63}(\.[A-Za-z_][\w-]{0,63})*$/

function partOf({ field, key }: Condition, value: unknown): WhereJson {
  if (field !== 'metadata') return { [field]: value }
  if (plainKey.test(key)) return { [`metadata.${key}`]: value }
  const conditions = typeof value === 'object' && value !== null ? value : { eq: value }
  return { path: [key], ...conditions }
}

/** The right side of the condition; undefined when it is not complete. */
function compared(condition: Condition): unknown {
  const { field, key, comparison } = condition
  if (field === 'metadata' && key.trim() === '') return undefined
  if (standsAlone(comparison)) return { exists: comparison === 'exists' }
  const value = typed(kindOf(condition), condition.value)
  if (value === undefined) return undefined
  if (comparison === 'eq') return value
  if (comparison !== 'in') return { [comparison]: value }
  const values = condition.value.split(',').map(part => part.trim())
  return { in: values.filter(part => part !== '') }
}

function typed(kind: Kind, text: string): string | number | boolean | undefined {
  if (text.trim() === '') return undefined
  if (kind === 'truth') return text === 'true'
  if (kind === 'text') return text
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined
  return Number.isNaN(Date.parse(text)) ? undefined : text
}
