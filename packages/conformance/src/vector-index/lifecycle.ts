import { equal, ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { errorCases } from '../kit/error-cases.ts'
import { lifecycleCases } from '../kit/lifecycle-cases.ts'
import { fill } from './assert-holds.ts'

type Calls = Readonly<Record<string, () => Promise<unknown>>>

function calls(index: VectorIndex, signal?: AbortSignal): Calls {
  const upserts = indexEntries(index.dimensions, 1)
  const queries = upserts.map(({ vector }) => ({ vector, k: 1, scope: acme }))
  return {
    apply: () => index.apply({ upserts, deletes: [], cursor: 1 }, { signal }),
    search: () => index.search(queries, { signal }),
    get: () => index.get(['entry-000000'], { signal }),
    cursor: () => index.cursor(),
    slot: () => index.slot(),
    clear: () => index.clear(),
    optimize: () => index.optimize(),
    stats: () => index.stats(),
  }
}

const abortable = ['apply', 'search', 'get']
const methods = [...abortable, 'cursor', 'slot', 'clear', 'optimize', 'stats']

export const indexLifecycleCases: readonly Case<VectorIndex>[] = [
  ...lifecycleCases<VectorIndex>(methods, {
    calls,
    abortable,
    stateOf: async index => [await index.cursor(), (await index.stats()).vectors],
  }),

  ...casesOf<VectorIndex>('lifecycle', {
    'close waits for calls in flight, which succeed or fail with CLOSED': async index => {
      const upserts = indexEntries(index.dimensions, 300)
      const calls = [index.apply({ upserts, deletes: [], cursor: 300 }), index.optimize(), index.cursor()]
      const outcomes = Promise.allSettled<unknown>(calls)
      await index.close()
      for (const outcome of await outcomes) {
        if (outcome.status === 'fulfilled') continue
        ok(MemoryError.is(outcome.reason), String(outcome.reason))
        equal(outcome.reason.code, 'CLOSED')
      }
    },
  }),

  ...errorCases<VectorIndex>(['apply', 'search', 'get'], calls),

  ...casesOf<VectorIndex>('facts', {
    'it says what it is': async index => {
      ok(index.name.length > 0)
      ok(Number.isInteger(index.dimensions) && index.dimensions > 0)
      equal(index.metric, 'cosine')
      ok(Object.isFrozen(index.supports), 'supports is not frozen')
      for (const fact of ['durable', 'exact', 'shared', 'transactional'] as const) {
        equal(typeof index.supports[fact], 'boolean', fact)
      }
    },

    'stats count the vectors that a search can find': async index => {
      const entries = indexEntries(index.dimensions, 12)
      await fill(index, entries)
      equal((await index.stats()).vectors, 12)
      await index.apply({ upserts: entries.slice(0, 3), deletes: ['entry-000011'], cursor: 13 })
      equal((await index.stats()).vectors, 11)
    },
  }),
]
