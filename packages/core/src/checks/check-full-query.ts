import { checkWhereNode } from './check-where-node.ts'
import { checkOrder, checkPageSize, checkQuery } from './check-options.ts'
import { checkPlace } from './check-record.ts'
import { checkStoredId, checkInteger, checkPlainObject, checkTime } from './check-values.ts'
import type { Query } from '../contracts/store.ts'

/** Checks all that a query of records may have. */
export function checkFullQuery(query: Query): void {
  checkQuery(query, ['order', 'after', 'offset', 'limit', 'pageSize'])
  for (const name of ['offset', 'limit'] as const) {
    if (query[name] !== undefined) checkInteger(query[name], `query.${name}`, 0, Number.MAX_SAFE_INTEGER)
  }
  if (query.pageSize !== undefined) checkPageSize(query.pageSize, 'query.pageSize')
  if (query.where !== undefined) checkWhereNode(query.where, 'query.where')
  if (query.order !== undefined) checkOrder(query.order)
  if (query.after !== undefined) {
    checkPlainObject(query.after, 'query.after')
    checkStoredId(query.after.id, 'query.after.id')
    checkPlace(query.after.place, 'query.after.place')
    checkTime(query.after.time, 'query.after.time')
  }
}
