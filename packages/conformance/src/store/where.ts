import { deepEqual } from 'node:assert/strict'
import { evaluateWhere, parseWhere } from '@agentmem/core/adapter'
import type { Metadata, Store, Where } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { idsOf, readAll } from '../data/read-store.ts'
import { orgId, storedRecord } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { randomRecords } from './where-records.ts'
import { whereTable } from './where-table.ts'
import { randomWhere } from './where-trees.ts'

async function idsWhere(store: Store, where: Where): Promise<string[]> {
  return idsOf(await readAll(store, { scope: { orgId }, where: parseWhere(where) }))
}

/** Fails unless the Store agrees with the evaluator of core about trees of one seed. */
async function assertAgrees(store: Store, seed: number, trees: number): Promise<void> {
  const random = new Random(seed)
  const records = randomRecords(random, 60)
  await store.put(records)
  for (let i = 0; i < trees; i++) {
    const where = randomWhere(random, 3)
    const node = parseWhere(where)
    const expected = records.filter(record => evaluateWhere(node, record))
    deepEqual(
      await idsWhere(store, where),
      idsOf(expected),
      `seed ${seed}, tree ${i}: ${JSON.stringify(where)}`,
    )
  }
}

const tableCases: readonly Case<Store>[] = whereTable.flatMap(({ name, rows, filters }) =>
  casesOf<Store>('where', {
    [name]: async store => {
      const record = (
        [id, row]: readonly [string, Partial<SampleRecord> & { metadata?: Metadata }],
        n: number,
      ) => storedRecord(n, { metadata: {}, ...row, id })
      await store.put(Object.entries(rows).map(record))
      for (const [where, ids] of filters) {
        deepEqual(await idsWhere(store, where), ids.toSorted(), JSON.stringify(where))
      }
    },
  }),
)

export const whereCases: readonly Case<Store>[] = [
  ...tableCases,
  ...casesOf<Store>('where', {
    'agrees with the evaluator about random filters over random records (seed 1)': store =>
      assertAgrees(store, 1, 250),
    'agrees with the evaluator about random filters over random records (seed 2)': store =>
      assertAgrees(store, 2, 250),
  }),
]
