import { checkOrder, checkPageSize } from '../checks/check-options.ts'
import { checkInteger, checkOptions } from '../checks/check-values.ts'
import { parseWhere } from '../checks/parse-where.ts'
import type { Scope } from '../contracts/record.ts'
import type { GetAllOptions, ListOptions, MemoryItem } from '../memory-api.ts'
import type { LiveParts } from '../parts/live-parts.ts'
import { narrowScope, requireScope, scopeOptions } from '../parts/narrow-scope.ts'
import { toItem, visibleWhere } from '../parts/visibility.ts'

/** The memories of a scope that have not expired, page by page. */
export async function* listMemories(
  { parts: { store, now }, life }: LiveParts,
  bound: Scope,
  options: ListOptions,
): AsyncGenerator<MemoryItem> {
  life.check('list')
  checkOptions(options, [...scopeOptions, 'where', 'order', 'pageSize'])
  const scope = narrowScope(bound, options)
  requireScope(scope, 'list')
  const where = visibleWhere(options.where === undefined ? undefined : parseWhere(options.where), now())
  const { order, pageSize, signal } = options
  if (order !== undefined) checkOrder(order)
  if (pageSize !== undefined) checkPageSize(pageSize, 'pageSize')
  for await (const page of store.query({ scope, where, order, pageSize }, { signal })) {
    life.check('list')
    yield* page.map(toItem)
  }
}

/** The newest memories of a scope, at most `topK`. */
export async function newestMemories(
  engine: LiveParts,
  bound: Scope,
  options: GetAllOptions,
): Promise<MemoryItem[]> {
  checkOptions(options, [...scopeOptions, 'where', 'topK'])
  const { topK = 100, ...list } = options
  checkInteger(topK, 'topK', 1, 1_000_000)
  const results: MemoryItem[] = []
  for await (const item of listMemories(engine, bound, { ...list, pageSize: Math.min(topK, 500) })) {
    if (results.push(item) === topK) break
  }
  return results
}
