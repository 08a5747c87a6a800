import { checkOrder } from '../checks/check-options.ts'
import { checkPlace } from '../checks/check-record.ts'
import { checkStoredId, checkInteger, checkTime, invalid } from '../checks/check-values.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { Query, QueryOrder } from '../contracts/store.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { toItem } from '../parts/visibility.ts'
import type { MemoryPage, PageOptions } from '../read-api.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { readScope, requestOf } from './list-memories.ts'

/** The version of the cursor: its first entry. */
const version = 1

/** One page of a scope, and where the next begins: one statement. */
export async function pageMemories(
  parts: MemoryParts,
  bound: Scope,
  options: PageOptions,
): Promise<MemoryPage> {
  const scope = readScope(bound, options, ['order', 'limit', 'after'], 'page')
  const { order = { by: 'createdAt', direction: 'desc' }, limit = 100, after, signal } = options
  checkOrder(order)
  checkInteger(limit, 'limit', 1, 1_000)
  const from = after === undefined ? undefined : readCursor(after, order)
  const request = { ...requestOf(parts, scope, options), order, after: from }
  const records: MemoryRecord[] = []
  // One more than wanted tells whether there is a page behind this one.
  for await (const page of parts.store.query(
    { ...request, limit: limit + 1, pageSize: limit + 1 },
    { signal },
  )) {
    records.push(...page)
  }
  const last = records.length > limit ? records[limit - 1] : undefined
  return { results: records.slice(0, limit).map(toItem), next: last && writeCursor(last, order) }
}

/** The place of a record in an order, as text. It names no scope: each call says whose memories it reads. */
function writeCursor(record: MemoryRecord, { by, direction }: QueryOrder): string {
  return encodeCursor([version, by, direction, record[by], record.place, record.id])
}

function readCursor(cursor: string, order: QueryOrder): Query['after'] {
  const entries = decodeCursor(cursor, version, 5)
  if (!entries) throw invalid(`after is ${show(cursor)}, which is no cursor; give what 'next' of a page was.`)
  const [by, direction, time, place, id] = entries
  if (by !== order.by || direction !== order.direction) {
    throw invalid(
      `after is of a page in the order ${show(by)}, ${show(direction)}; give that order, or begin without after.`,
    )
  }
  checkTime(time, 'after')
  checkPlace(place, 'after')
  checkStoredId(id, 'after')
  return { time, place, id }
}
