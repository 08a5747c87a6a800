import { compareCodePoints, evaluateWhere, whereValue } from '../contracts/evaluate-where.ts'
import { inScope } from '../contracts/record.ts'
import type { StoredRecord } from '../contracts/record.ts'
import type { CountRequest, Query, ScopesRequest, ScopeValue } from '../contracts/store.ts'
import { comparatorOf } from './map-records.ts'

/** True for the records of a scope that pass a filter. */
export function matcherOf({ scope, where }: CountRequest): (record: StoredRecord) => boolean {
  return record => inScope(record, scope) && (where === undefined || evaluateWhere(where, record))
}

/** The records of a query, in its order. */
export function selectRecords(
  records: Iterable<StoredRecord>,
  { order, after, offset = 0, limit = Infinity, ...request }: Query,
): StoredRecord[] {
  const compare = comparatorOf(order ?? { by: 'createdAt', direction: 'desc' })
  const position = after && { ...after, createdAt: after.time, updatedAt: after.time }
  return [...records]
    .filter(matcherOf(request))
    .filter(record => position === undefined || compare(record, position) > 0)
    .toSorted(compare)
    .slice(offset, offset + limit)
}

/** The distinct values of some records, by code point. */
export function scopeValues(
  records: Iterable<StoredRecord>,
  { by, after, limit, ...request }: ScopesRequest,
): ScopeValue[] {
  const values = new Map<string, ScopeValue>()
  for (const record of [...records].filter(matcherOf(request))) {
    const value = whereValue(by, record)
    if (typeof value !== 'string') continue
    const { memories, updatedAt } = values.get(value) ?? { memories: 0, updatedAt: record.updatedAt }
    values.set(value, {
      value,
      memories: memories + 1,
      updatedAt: Math.max(updatedAt, record.updatedAt),
    })
  }
  return [...values.values()]
    .filter(({ value }) => after === undefined || compareCodePoints(value, after) > 0)
    .toSorted((a, b) => compareCodePoints(a.value, b.value))
    .slice(0, limit)
}
