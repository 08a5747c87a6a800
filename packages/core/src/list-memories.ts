import { checkKeys, checkPlainObject } from './guard-values.ts'
import type { ListOptions, MemoryItem } from './memory-face.ts'
import { toItem, visibleWhere } from './memory-parts.ts'
import type { MemoryParts } from './memory-parts.ts'
import { narrowScope, requireScope, scopeOptions } from './parse-input.ts'
import type { Scope } from './record.ts'
import { parseWhere } from './where.ts'

/** The memories of a scope that have not expired, page by page. */
export async function* listMemories(
  { store, now }: MemoryParts,
  bound: Scope,
  options: ListOptions,
): AsyncGenerator<MemoryItem> {
  checkPlainObject(options, 'options')
  checkKeys(options, [...scopeOptions, 'where', 'order', 'pageSize', 'signal'], 'options')
  const scope = narrowScope(bound, options)
  requireScope(scope, 'list')
  const where = visibleWhere(options.where && parseWhere(options.where), now())
  const { order, pageSize, signal } = options
  for await (const page of store.query({ scope, where, order, pageSize }, { signal })) yield* page.map(toItem)
}
