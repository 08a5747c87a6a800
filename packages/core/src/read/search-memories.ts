import { checkInteger, checkKeys, checkNumber, checkText, maxContentLength } from '../checks/check-values.ts'
import { parseWhere } from '../checks/parse-where.ts'
import { evaluateWhere } from '../contracts/evaluate-where.ts'
import { keyOf, keysOf } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { Match } from '../contracts/vector-index.ts'
import type { WhereNode } from '../contracts/where.ts'
import type { FoundMemory, SearchQuery } from '../memory-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { narrowScope, requireScope, scopeOptions } from '../parts/narrow-scope.ts'
import { isVisible, toItem, visibleWhere } from '../parts/visibility.ts'
import { innerProduct } from '../vectors/inner-product.ts'
import { TopK } from '../vectors/top-k.ts'

/** A query that has been checked, with its defaults in. */
export interface ParsedQuery {
  readonly query: string
  readonly scope: Scope
  readonly topK: number
  readonly threshold: number
  readonly where: WhereNode | undefined
}

/** How many more matches than asked for are fetched when a filter is going to drop some. */
const overfetch = 4
/** By how much more is asked for when that was not enough, and up to how many matches. */
const widening = 8
const widest = 4_096

/** What a search may say beside its query. */
export const searchOptions: readonly string[] = [...scopeOptions, 'topK', 'threshold', 'where']

export function parseQuery(search: SearchQuery, bound: Scope): ParsedQuery {
  checkKeys(search, ['query', ...searchOptions], 'search')
  const { query, topK = 10, threshold = -Infinity, where } = search
  checkText(query, 'query', maxContentLength)
  checkInteger(topK, 'topK', 1, 10_000)
  if (search.threshold !== undefined) checkNumber(threshold, 'threshold', -1, 1)
  const scope = narrowScope(bound, search)
  requireScope(scope, 'search')
  return { query, scope, topK, threshold, where: where === undefined ? undefined : parseWhere(where) }
}

/** One embed call, one index query and two reads of the Store (log head, records), however many queries there are. */
export async function searchMemories(
  parts: MemoryParts,
  queries: readonly ParsedQuery[],
  signal: AbortSignal | undefined,
): Promise<FoundMemory[][]> {
  if (queries.length === 0) return []
  const { embedder, follower, now } = parts
  const vectors = await embedder.embed(
    queries.map(({ query }) => query),
    { as: 'query', signal },
  )
  const asked = queries.map(({ topK, where }) => (where ? topK * overfetch : topK))
  const matches = await follower.search(
    queries.map(({ scope }, i) => ({ vector: vectors[i] as Float32Array, k: asked[i] as number, scope })),
    { signal },
  )

  const [first] = queries
  const records = await readRecords(parts, matches, (first as ParsedQuery).scope, signal)
  return Promise.all(
    queries.map(async (query, i) => {
      const list = matches[i] ?? []
      const found = keep(query, list, records, now())
      return isComplete(query, list, asked[i] as number, found)
        ? found
        : searchWider(parts, query, vectors[i] as Float32Array, asked[i] as number, signal)
    }),
  )
}

/** The records that the matches name, read at once. */
async function readRecords(
  { store }: MemoryParts,
  matches: readonly (readonly Match[])[],
  { orgId }: Scope,
  signal: AbortSignal | undefined,
): Promise<Map<string, MemoryRecord | undefined>> {
  const ids = [...new Set(matches.flatMap(list => list.map(({ id }) => id)))]
  // Queries of one call may be about several users; each looks at the scope of what it is given.
  const records = await store.get(keysOf(ids, { orgId }), { signal })
  return new Map(ids.map((id, i) => [id, records[i]]))
}

/** The matches that the query lets through, with their records. */
function keep(
  { scope, where, topK, threshold }: ParsedQuery,
  list: readonly Match[],
  records: ReadonlyMap<string, MemoryRecord | undefined>,
  now: number,
): FoundMemory[] {
  const found: FoundMemory[] = []
  for (const { id, score } of list) {
    if (found.length === topK || score < threshold) break
    const record = records.get(id)
    if (!isVisible(record, scope, now)) continue
    if (where === undefined || evaluateWhere(where, record)) found.push({ ...toItem(record), score })
  }
  return found
}

/** True when no memory beyond these matches could be part of the answer. */
function isComplete(
  { topK, threshold }: ParsedQuery,
  list: readonly Match[],
  asked: number,
  found: readonly FoundMemory[],
): boolean {
  return found.length === topK || list.length < asked || (list.at(-1)?.score ?? threshold) < threshold
}

/** Asks the index for more matches, as long as that is less work than to go through the Store. */
async function searchWider(
  parts: MemoryParts,
  query: ParsedQuery,
  vector: Float32Array,
  asked: number,
  signal: AbortSignal | undefined,
): Promise<FoundMemory[]> {
  for (let k = asked * widening; k <= widest; k *= widening) {
    const [list = []] = await parts.follower.search([{ vector, k, scope: query.scope }], { signal })
    const records = await readRecords(parts, [list], query.scope, signal)
    const found = keep(query, list, records, parts.now())
    if (isComplete(query, list, k, found)) return found
  }
  return scanStore(parts, query, vector, signal)
}

/**
 * Where so much is filtered out that the nearest matches do not fill the answer, the Store names the
 * memories that pass, and their vectors are compared one by one: exact, whatever the index.
 */
async function scanStore(
  { store, now }: MemoryParts,
  { scope, where, topK, threshold }: ParsedQuery,
  vector: Float32Array,
  signal: AbortSignal | undefined,
): Promise<FoundMemory[]> {
  const best = new TopK(topK)
  let kept = new Map<string, MemoryRecord>()
  for await (const page of store.query({ scope, where: visibleWhere(where, now()) }, { signal })) {
    const visible = page.filter(record => isVisible(record, scope, now()))
    const vectors = await store.vectors(visible.map(keyOf), { signal })
    visible.forEach((record, i) => {
      const other = vectors[i]
      if (!other) return
      const score = innerProduct(vector, other, 0)
      if (score < threshold) return
      best.push(record.id, score)
      kept.set(record.id, record)
    })
    kept = new Map(best.sorted().map(({ id }) => [id, kept.get(id) as MemoryRecord]))
  }
  return best.sorted().map(({ id, score }) => ({ ...toItem(kept.get(id) as MemoryRecord), score }))
}
