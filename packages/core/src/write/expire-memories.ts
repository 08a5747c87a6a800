import {
  checkBoolean,
  checkInteger,
  checkNumber,
  checkOptions,
  checkText,
  invalid,
} from '../checks/check-values.ts'
import { evaluateWhere } from '../contracts/evaluate-where.ts'
import { MemoryError } from '../contracts/errors.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import { givenId } from '../contracts/stored-id.ts'
import type { Patch } from '../contracts/store-writes.ts'
import type { WhereNode } from '../contracts/where.ts'
import type { ExpireOptions, ExpireResult } from '../expire-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { narrowScope, scopeOptions } from '../parts/narrow-scope.ts'
import { parseFilter } from '../parts/parse-filter.ts'
import { parseTime } from '../parts/parse-time.ts'
import { parseShown } from '../parts/parse-shown.ts'
import { visibleWhere } from '../parts/visibility.ts'

/** Memories of one transaction. */
const pageSize = 500
/** How often a page is written that others were faster than. */
const mostTries = 4

/** A rule that has been checked. */
export interface ExpireJob {
  readonly scope: Scope
  readonly rule: WhereNode
  readonly superseded: boolean
  readonly limit: number
  readonly dryRun: boolean
  readonly actor: string | undefined
  readonly signal: AbortSignal | undefined
}

/** Throws `INVALID_ARGUMENT` for a rule that names nothing: it would be about everything. */
export function parseExpire(bound: Scope, options: ExpireOptions): ExpireJob {
  checkOptions(options, [
    ...scopeOptions,
    'where',
    'olderThan',
    'importanceBelow',
    'superseded',
    'limit',
    'dryRun',
    'actorId',
  ])
  const { where, olderThan, importanceBelow, superseded = false, dryRun = false, limit = 10_000 } = options
  checkBoolean(superseded, 'superseded')
  checkBoolean(dryRun, 'dryRun')
  checkInteger(limit, 'limit', 1, 100_000)
  if (options.actorId !== undefined) checkText(options.actorId, 'actorId')
  const nodes: WhereNode[] = []
  const filter = parseFilter(where, bound.orgId)
  if (filter && !(filter.op === 'and' && filter.nodes.length === 0)) nodes.push(filter)
  if (olderThan !== undefined) nodes.push(below('createdAt', parseTime(olderThan, 'olderThan')))
  if (importanceBelow !== undefined) {
    checkNumber(importanceBelow, 'importanceBelow', 0, 1)
    nodes.push(below('importance', importanceBelow))
  }
  if (nodes.length === 0) {
    throw invalid(
      'expire needs a rule: where with a condition, olderThan or importanceBelow. deleteAll removes all.',
    )
  }
  const { actorId: actor, signal } = options
  const scope = narrowScope(bound, options)
  return { scope, rule: { op: 'and', nodes }, superseded, limit, dryRun, actor, signal }
}

function below(field: 'createdAt' | 'importance', value: number): WhereNode {
  return { op: 'lt', target: { field, kind: 'number' }, value }
}

/** Ends memories that a rule names, the oldest first, 500 a transaction. What was done before an error stays done. */
export async function expireMemories(parts: MemoryParts, job: ExpireJob): Promise<ExpireResult> {
  const { scope, rule, limit, dryRun, signal } = job
  const shown = parseShown({ superseded: job.superseded })
  const where = visibleWhere(rule, parts.now(), shown)
  const order = { by: 'createdAt', direction: 'asc' } as const
  const ids: string[] = []
  let isMore = false
  const request = { scope, where, order, limit: limit + 1, pageSize }
  for await (const page of parts.store.query(request, { signal })) {
    const due = page.slice(0, limit - ids.length)
    isMore = due.length < page.length
    ids.push(...(dryRun ? due.map(({ id }) => id) : await expirePage(parts, job, where, due)))
    if (isMore) break
  }
  return { expired: ids.length, ids: ids.map(givenId), more: isMore }
}

/** Those that the rule names still when they are written. */
async function expirePage(
  { store, follower, now }: MemoryParts,
  { actor, signal }: ExpireJob,
  where: WhereNode,
  page: readonly MemoryRecord[],
): Promise<string[]> {
  let due = page
  for (let attempt = 1; due.length > 0; attempt++) {
    const at = now()
    const patches = due.map((record): Patch => ({
      key: keyOf(record),
      set: { expiresAt: at },
      expectVersion: record.version,
      updatedAt: at,
    }))
    await follower.room(signal)
    try {
      const { missing } = await store.patch(patches, { actor, signal })
      // Vectors and texts stay as they are, and are in the log at their new places.
      follower.accept({}, { upserts: [], deletes: [] })
      const gone = new Set(missing)
      return due.map(({ id }) => id).filter(id => !gone.has(id))
    } catch (error) {
      if (!MemoryError.is(error) || error.code !== 'CONFLICT' || attempt === mostTries) throw error
      const records = await store.get(due.map(keyOf), { signal })
      due = records.flatMap(record => (record && evaluateWhere(where, record) ? [record] : []))
    }
  }
  return []
}
