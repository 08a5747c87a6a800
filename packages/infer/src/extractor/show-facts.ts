import type { ClusterSet, DecisionSet, ShownFact } from '@agentmem/core/adapter'
import { dayOf } from './show-window.ts'

/** New facts, each with the stored ones near it, as JSON. */
export function showCases({ cases, rejected }: DecisionSet): string {
  const facts = cases.map(({ n, fact, stored }) => ({ n, ...showFact(fact), stored: numbered(stored) }))
  return JSON.stringify({ facts, ...(rejected && { rejected }) })
}

/** Clusters of facts, as JSON. */
export function showClusters({ clusters }: ClusterSet): string {
  return JSON.stringify({ clusters: clusters.map(({ n, facts }) => ({ n, facts: numbered(facts) })) })
}

function numbered(facts: readonly ShownFact[]): object[] {
  return facts.map((fact, k) => ({ k, ...showFact(fact) }))
}

/** Days are exact enough, and hours are many tokens. */
function showFact({ text, said, from }: ShownFact): object {
  const since = from === null || dayOf(from) === dayOf(said) ? undefined : dayOf(from)
  return { text, said: dayOf(said), ...(since !== undefined && { from: since }) }
}
