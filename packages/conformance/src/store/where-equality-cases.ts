import { deepEqual } from 'node:assert/strict'
import { evaluateWhere, parseWhere } from '@agentmem/core/adapter'
import type { Store, Where } from '@agentmem/core/adapter'
import * as fc from 'fast-check'
import { storedRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { numbers, recordsAndFilters } from './generated-filters.ts'

const orgId = 'acme'

async function idsOf(store: Store, filter: Where): Promise<string[]> {
  const request = { scope: { orgId, userId: 'alice' }, where: parseWhere(filter) }
  const pages = await Array.fromAsync(store.query(request))
  return pages
    .flat()
    .map(({ id }) => id)
    .toSorted()
}

/**
 * Cases for a Store that compiles filters into a language of its own: that it agrees with core's evaluator about
 * `runs` sets of generated records and filters. Beside `storeCases`, and registered like them. A run takes some
 * ten statements.
 */
export function whereEqualityCases(runs = 400): readonly Case<Store>[] {
  return casesOf<Store>('filters that are generated', {
    'selects the records that the evaluator selects, whatever the filter and the records': async store => {
      const agrees = fc.asyncProperty(recordsAndFilters, async ([fields, filters]) => {
        await store.deleteAll({ orgId }, { purgeHistory: true })
        const records = fields.map((field, n) => storedRecord(n, { ...field, orgId }))
        await store.put(records)
        for (const filter of filters) {
          const node = parseWhere(filter)
          const expected = records.filter(stored => evaluateWhere(node, stored)).map(({ id }) => id)
          deepEqual(await idsOf(store, filter), expected, JSON.stringify(filter))
        }
      })
      await fc.assert(agrees, { numRuns: runs })
    },

    'takes a filter of a thousand conditions, flat or nested as deep as they may be': async store => {
      await store.put([storedRecord(1, { orgId, metadata: { a: 999 } })])
      const flat: Where = { or: Array.from({ length: 999 }, (_, a) => ({ 'metadata.a': a + 1 })) }
      let deep: Where = { 'metadata.a': 999 }
      for (let depth = 0; depth < 14; depth++) deep = { not: deep }
      const list: Where = { 'metadata.a': { in: Array.from({ length: 1000 }, (_, a) => a) } }
      for (const filter of [flat, deep, list]) {
        deepEqual(await idsOf(store, filter), [storedRecord(1).id])
      }
    },

    'finds every number in metadata by itself, however JSON writes it': async store => {
      const doubles = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 300)
      const given = [...new Set([...numbers, ...doubles])]
      await store.put(given.map((a, n) => storedRecord(n, { orgId, metadata: { a, list: [a] } })))
      for (const [n, a] of given.entries()) {
        for (const filter of [{ 'metadata.a': a }, { 'metadata.list': { contains: a } }]) {
          deepEqual(await idsOf(store, filter), [storedRecord(n).id], JSON.stringify(filter))
        }
      }
    },
  })
}
