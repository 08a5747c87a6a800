import { deepEqual } from 'node:assert/strict'
import type { QueryOrder, Store } from '@agentmem/core/adapter'
import { readAll } from '../data/read-store.ts'
import { readTexts } from '../data/read-texts.ts'
import { orgId, startTime, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

const scopes = [{ orgId }, { orgId, userId: 'alice' }]
const times = ['createdAt', 'updatedAt'] as const
/** Four inputs of one call: one time, and ids that sort the other way. */
const call = [9, 8, 7, 6].map((n, place) =>
  storedRecord(n, { createdAt: startTime, updatedAt: startTime, place }),
)
const said = call.map(({ id }) => id)

export const orderCases: readonly Case<Store>[] = casesOf('order', {
  'four inputs of one call with descending ids and one time keep their order everywhere': async store => {
    await store.put(call.toReversed())
    for (const scope of scopes) {
      for (const pageSize of [1, 2, 3, 500]) {
        const texts = await readTexts(store, { scope, pageSize })
        deepEqual(
          texts.map(({ id }) => id),
          said,
          'texts',
        )
        for (const by of times) {
          const name = `${by}, pages of ${pageSize}`
          deepEqual(await read(store, { by, direction: 'asc' }, pageSize, scope), said, name)
          deepEqual(await read(store, { by, direction: 'desc' }, pageSize, scope), said.toReversed(), name)
        }
      }
    }
    const [newest] = await readAll(store, { scope: { orgId, userId: 'alice' }, pageSize: 1 })
    deepEqual(newest?.id, said.at(-1), 'the default is newest first')
  },

  'newest first is exactly the reverse of oldest first, ids of one time and place included': async store => {
    const records = storedRecords(30, n => ({
      createdAt: startTime + (n % 2),
      updatedAt: startTime + (n % 3),
      place: n % 4,
    }))
    await store.put(records)
    for (const scope of scopes) {
      for (const by of times) {
        const oldest = await read(store, { by, direction: 'asc' }, 7, scope)
        deepEqual(await read(store, { by, direction: 'desc' }, 4, scope), oldest.toReversed(), by)
      }
    }
  },

  'a page may begin after any place of one time, in either direction': async store => {
    await store.put(call)
    for (const scope of scopes) {
      for (const by of times) {
        for (const [n, { id, place }] of call.entries()) {
          const after = { id, place, time: startTime }
          const later = await readAll(store, { scope, order: { by, direction: 'asc' }, after })
          const earlier = await readAll(store, { scope, order: { by, direction: 'desc' }, after })
          deepEqual(
            [later, earlier].map(found => found.map(record => record.id)),
            [said.slice(n + 1), said.slice(0, n).toReversed()],
          )
        }
      }
    }
  },

  'a time comes before a place, and a change of another field moves nothing by createdAt': async store => {
    const early = storedRecord(1, { createdAt: startTime - 1, place: 100 })
    const late = storedRecord(2, { createdAt: startTime + 1, place: 0 })
    await store.put([late, ...call, early])
    const { id, orgId: org } = call[1] ?? early
    await store.patch([{ key: { orgId: org, id }, set: { importance: 1 }, updatedAt: startTime + 50 }])
    const expected = [early.id, ...said, late.id]
    for (const scope of scopes) {
      deepEqual(await read(store, { by: 'createdAt', direction: 'asc' }, 2, scope), expected)
      deepEqual(
        (await readTexts(store, { scope, pageSize: 2 })).map(text => text.id),
        expected,
      )
    }
  },
})

async function read(
  store: Store,
  order: QueryOrder,
  pageSize: number,
  scope: { readonly orgId: string },
): Promise<string[]> {
  return (await readAll(store, { scope, order, pageSize })).map(({ id }) => id)
}
