import { checkOrder, checkPageSize } from '../checks/check-options.ts'
import { checkInteger, checkOptions } from '../checks/check-values.ts'
import type { Scope } from '../contracts/record.ts'
import type { CountRequest } from '../contracts/store.ts'
import type { MemoryItem } from '../memory-api.ts'
import type { LiveParts } from '../parts/live-parts.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { narrowScope, requireScope, scopeOptions } from '../parts/narrow-scope.ts'
import { parseFilter } from '../parts/parse-filter.ts'
import { parseShown } from '../parts/parse-shown.ts'
import { toItem, visibleWhere } from '../parts/visibility.ts'
import type { CountOptions, GetAllOptions, ListOptions, RecentOptions } from '../read-api.ts'

/** What every call that reads a scope takes. */
export const readOptions: readonly (keyof CountOptions)[] = [
  ...scopeOptions,
  'where',
  'superseded',
  'asOf',
  'deleted',
]
const largestOffset = 1_000_000

/** The scope of a call and its filter, with the condition that a memory is shown. */
export function requestOf(
  { now }: Pick<MemoryParts, 'now'>,
  scope: Scope,
  options: CountOptions,
): CountRequest {
  return { scope, where: visibleWhere(parseFilter(options.where, scope.orgId), now(), parseShown(options)) }
}

/** Checks the options of a call that reads a scope, `own` among them; the scope that they name. */
export function readScope(bound: Scope, options: CountOptions, own: readonly string[], what: string): Scope {
  checkOptions(options, [...readOptions, ...own])
  const scope = narrowScope(bound, options)
  requireScope(scope, what)
  return scope
}

/** The memories of a scope that have not expired, page by page. */
export async function* listMemories(
  { parts, life }: LiveParts,
  bound: Scope,
  options: ListOptions,
): AsyncGenerator<MemoryItem> {
  life.check('list')
  const scope = readScope(bound, options, ['order', 'pageSize'], 'list')
  const { order, pageSize, signal } = options
  if (order !== undefined) checkOrder(order)
  if (pageSize !== undefined) checkPageSize(pageSize, 'pageSize')
  const request = requestOf(parts, scope, options)
  for await (const page of parts.store.query({ ...request, order, pageSize }, { signal })) {
    life.check('list')
    yield* page.map(toItem)
  }
}

/** The first memories of a scope, at most `topK`: the newest, unless `order` says otherwise. */
export async function firstMemories(
  parts: MemoryParts,
  bound: Scope,
  options: GetAllOptions,
): Promise<MemoryItem[]> {
  const scope = readScope(bound, options, ['order', 'topK', 'offset'], 'getAll')
  const { topK = 100, offset = 0, order, signal } = options
  if (order !== undefined) checkOrder(order)
  checkInteger(topK, 'topK', 1, 1_000_000)
  checkInteger(offset, 'offset', 0, largestOffset)
  const results: MemoryItem[] = []
  const request = requestOf(parts, scope, options)
  for await (const page of parts.store.query({ ...request, order, offset, limit: topK }, { signal })) {
    for (const record of page) results.push(toItem(record))
  }
  return results
}

/** The newest memories of a scope, oldest first. */
export async function recentMemories(
  parts: MemoryParts,
  bound: Scope,
  options: RecentOptions,
): Promise<MemoryItem[]> {
  const scope = readScope(bound, options, ['limit'], 'recent')
  const { limit = 10, signal } = options
  checkInteger(limit, 'limit', 1, 10_000)
  const request = requestOf(parts, scope, options)
  const results: MemoryItem[] = []
  for await (const page of parts.store.query({ ...request, limit, pageSize: limit }, { signal })) {
    for (const record of page) results.push(toItem(record))
  }
  return results.toReversed()
}

export async function countMemories(
  parts: MemoryParts,
  bound: Scope,
  options: CountOptions,
): Promise<number> {
  const scope = readScope(bound, options, [], 'count')
  return parts.store.count(requestOf(parts, scope, options), { signal: options.signal })
}
