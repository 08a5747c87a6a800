import { checkInteger, checkKeys, checkNumber, checkText, maxContentLength } from './guard-values.ts'
import type { FoundMemory, SearchQuery } from './memory-face.ts'
import { isVisible, keysOf, toItem } from './memory-parts.ts'
import type { MemoryParts } from './memory-parts.ts'
import { narrowScope, requireScope, scopeOptions } from './parse-input.ts'
import type { MemoryRecord, Scope } from './record.ts'
import { TopK } from './top-k.ts'
import { evaluateWhere } from './where-evaluate.ts'
import { parseWhere } from './where.ts'
import type { WhereNode } from './where.ts'

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

/** One embed call, one index query and one read of the Store, however many queries there are. */
export async function searchMemories(
  parts: MemoryParts,
  queries: readonly ParsedQuery[],
  signal: AbortSignal | undefined,
): Promise<FoundMemory[][]> {
  if (queries.length === 0) return []
  const { embedder, follower, store, now } = parts
  const vectors = await embedder.embed(
    queries.map(({ query }) => query),
    { as: 'query', signal },
  )
  const asked = queries.map(({ topK, where }) => (where ? topK * overfetch : topK))
  const matches = await follower.search(
    queries.map(({ scope }, i) => ({ vector: vectors[i] as Float32Array, k: asked[i] as number, scope })),
    { signal },
  )

  const ids = [...new Set(matches.flatMap(list => list.map(({ id }) => id)))]
  const [first] = queries
  const records = await store.get(keysOf(ids, (first as ParsedQuery).scope), { signal })
  const recordOf = new Map(ids.map((id, i) => [id, records[i]]))

  return Promise.all(
    queries.map(async (query, i) => {
      const list = matches[i] ?? []
      const found: FoundMemory[] = []
      for (const { id, score } of list) {
        const record = recordOf.get(id)
        if (isVisible(record, query.scope, now()) && passes(query, record))
          found.push({ ...toItem(record), score })
      }
      const exhausted = list.length < (asked[i] as number)
      const enough = found.length >= query.topK || exhausted
      const complete = enough
        ? found.slice(0, query.topK)
        : await scanStore(parts, query, vectors[i] as Float32Array, signal)
      return complete.filter(({ score }) => score >= query.threshold)
    }),
  )
}

function passes({ where }: ParsedQuery, record: MemoryRecord): boolean {
  return where === undefined || evaluateWhere(where, record)
}

/**
 * Where so much is filtered out that the nearest matches do not fill the answer, the Store names the
 * memories that pass, and their vectors are compared one by one: exact, whatever the index.
 */
async function scanStore(
  { store, now }: MemoryParts,
  { scope, where, topK }: ParsedQuery,
  vector: Float32Array,
  signal: AbortSignal | undefined,
): Promise<FoundMemory[]> {
  const best = new TopK(topK)
  let kept = new Map<string, MemoryRecord>()
  for await (const page of store.query({ scope, where }, { signal })) {
    const visible = page.filter(record => isVisible(record, scope, now()))
    const vectors = await store.vectors(visible, { signal })
    visible.forEach((record, i) => {
      const other = vectors[i]
      if (!other) return
      best.push(
        record.id,
        other.reduce((sum, value, j) => sum + value * (vector[j] as number), 0),
      )
      kept.set(record.id, record)
    })
    kept = new Map(best.sorted().map(({ id }) => [id, kept.get(id) as MemoryRecord]))
  }
  return best.sorted().map(({ id, score }) => ({ ...toItem(kept.get(id) as MemoryRecord), score }))
}
