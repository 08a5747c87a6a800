import { innerProduct, TopK } from '@agentmem/core/adapter'
import type { Match, Scope, VectorQuery } from '@agentmem/core/adapter'
import type { Layout } from './pgvector-layout.ts'
import { send } from './send.ts'
import type { Executor } from './send.ts'
import { entryColumns, idOf, vectorOf, vectorParameter } from './vector-bytes.ts'

/** Candidates that are asked for beside the k, so that the server's rounding cannot push one out. */
const spare = 8
/** The tuples of the graph that a filtered search may look at; pgvector's own limit is 20,000. */
const mostScanned = 200_000
/** pgvector's limit. */
const mostEfSearch = 1_000

export interface NearestSettings {
  readonly efSearch: number
  readonly exactUpTo: number
  /** See `Extension.iterates`. */
  readonly iterates: boolean
}

interface Row {
  /** Null in the row that says that the graph was asked. */
  readonly id: string | null
  readonly vector: string
}

/**
 * The nearest of a scope, by one statement: it counts the scope, no further than it must, and scans a small one or
 * asks the graph. When the graph finds too few, a scan follows. Scores are computed here from the vectors, as by
 * every index of agentmem.
 */
export async function nearest(
  to: Executor,
  layout: Layout,
  settings: NearestSettings,
  { vector, k, scope }: VectorQuery,
): Promise<Match[]> {
  const { condition, parameters } = conditionOf(scope, 2)
  const values = [vectorParameter(vector), ...parameters]
  let rows = await send<Row>(to, statementFor(layout, settings, k, condition), values)
  if (rows.length <= k && rows.some(({ id }) => id === null)) {
    rows = await send<Row>(to, scanOf(layout, k, condition), values)
  }
  const best = new TopK(Math.min(k, rows.length))
  for (const { id, vector: found } of rows) {
    if (id !== null) best.push(idOf(id), innerProduct(vector, vectorOf(found), 0))
  }
  return best.sorted()
}

/** Added to 0, the distance is no order that the graph knows. */
function scanOf({ vectors }: Layout, k: number, condition: string): string {
  return `select ${entryColumns} from ${vectors} where ${condition} order by (vector <#> $1::vector) + 0, id limit ${k + spare}`
}

/** The limits stand in the text: with bound ones, a plan made once for all of them would not use the graph. */
function statementFor(layout: Layout, settings: NearestSettings, k: number, condition: string): string {
  const { vectors, ranked, rankedType } = layout
  const { efSearch, exactUpTo, iterates } = settings
  const limit = k + spare
  // A graph is asked for a small part of what it holds; much of a scope is found sooner by going through it.
  const scanned = Math.max(exactUpTo, 8 * k)
  const ef = Math.min(mostEfSearch, Math.max(efSearch, limit))
  const set = (name: string, value: number | string): string => `set_config('hnsw.${name}', '${value}', true)`
  const settingsOf = [
    `${set('ef_search', ef)} as ef`,
    ...(iterates
      ? [
          `${set('iterative_scan', 'relaxed_order')} as scan`,
          `${set('max_scan_tuples', mostScanned)} as most`,
        ]
      : []),
  ]
  const columns = entryColumns
  return `with setting as materialized (select ${settingsOf.join(', ')}),
    size as materialized (
      select count(*) <= ${scanned} as small
      from (select from ${vectors} where ${condition} limit ${scanned + 1}) seen
    )
    select ${columns} from size, lateral (
      select id, vector from ${vectors} where size.small and ${condition}
      order by (vector <#> $1::vector) + 0, id limit ${limit}
    ) scanned
    union all
    select ${columns} from setting, size, lateral (
      select id, vector from ${vectors} where not size.small and setting.ef is not null and ${condition}
      order by ${ranked} <#> $1::vector::${rankedType} limit ${limit}
    ) graph
    union all
    select null, null from size where not size.small`
}

/** The condition of a scope, its values from parameter `first` on. */
export function conditionOf(
  { orgId, userId, agentId, runId }: Scope,
  first: number,
): { condition: string; parameters: string[] } {
  const parts = { org_id: orgId, user_id: userId, agent_id: agentId, run_id: runId }
  const named = Object.entries(parts).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column, value }],
  )
  return {
    condition: named.map(({ column }, i) => `${column} = $${first + i}`).join(' and '),
    parameters: named.map(({ value }) => value),
  }
}
