import type { Scope } from '@agentmem/core/adapter'

/** The columns of a scope. */
export const scopeColumns = ['orgId', 'userId', 'agentId', 'runId'] as const

/** The row that holds the cursor has this id, which no memory can have. */
export const cursorId = ''

/**
 * A string as a literal in LanceDB's filters, which are SQL without parameters: the only place where text from
 * outside enters a filter. Quotes are doubled; no other character has a meaning inside them.
 */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The rows that a search of this scope may see. Deleted ones have no organization. */
export function scopeFilter(scope: Scope): string {
  return scopeColumns
    .flatMap(column => {
      const value = scope[column]
      return value === undefined ? [] : `${column} = ${literal(value)}`
    })
    .join(' AND ')
}

/** Live vectors, of any scope. */
export const liveFilter = 'orgId IS NOT NULL'

/** Live vectors with these ids. */
export function idFilter(ids: readonly string[]): string {
  return `id IN (${ids.map(literal).join(', ')}) AND ${liveFilter}`
}

/** The rows that deletes left behind, up to this position in the log. */
export function tombstoneFilter(upTo: number): string {
  return `orgId IS NULL AND id <> ${literal(cursorId)} AND position <= ${upTo}`
}
