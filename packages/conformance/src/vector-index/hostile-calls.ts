import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries } from '../data/index-entries.ts'
import type { Case } from '../kit/case.ts'
import { hostileCases } from '../kit/hostile-cases.ts'
import type { SampleCalls } from '../kit/hostile-cases.ts'

const { signal } = new AbortController()

function samples({ dimensions }: VectorIndex): SampleCalls {
  const upserts = indexEntries(dimensions, 1)
  const queries = upserts.map(({ vector }) => ({ vector, k: 1, scope: acme }))
  return {
    apply: [{ upserts, deletes: ['gone'], cursor: 1 }, { signal }],
    search: [queries, { signal }],
    get: [['entry-000000'], { signal }],
  }
}

/** What every method does with values that it does not expect. */
export const hostileCallCases: readonly Case<VectorIndex>[] = hostileCases(samples, [
  'apply',
  'search',
  'get',
])
