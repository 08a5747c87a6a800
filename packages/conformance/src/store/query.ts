import { deepEqual, equal, ok } from 'node:assert/strict'
import { inScope, parseWhere, scopeOf } from '@agentmem/core/adapter'
import type { MemoryRecord, QueryOrder, Store, StoredRecord } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { idsOf, readAll } from '../data/read-store.ts'
import { keyOf, orgId, startTime, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

const scope = { orgId }
const orders: readonly QueryOrder[] = [
  { by: 'createdAt', direction: 'asc' },
  { by: 'createdAt', direction: 'desc' },
  { by: 'updatedAt', direction: 'asc' },
  { by: 'updatedAt', direction: 'desc' },
]

/** Records with few different times and places, so that many tie, written in no order. */
function tiedRecords(count: number): SampleRecord[] {
  const random = new Random(5)
  const time = (): number => startTime + random.below(8)
  return random.shuffle(
    storedRecords(count, () => ({ createdAt: time(), updatedAt: time(), place: random.below(3) })),
  )
}

function ordered(records: readonly StoredRecord[], { by, direction }: QueryOrder): MemoryRecord[] {
  const sign = direction === 'asc' ? 1 : -1
  return records
    .map(withoutVector)
    .toSorted((a, b) => sign * (a[by] - b[by] || a.place - b.place || (a.id < b.id ? -1 : 1)))
}

/** Reads a query by one page at a time; `between` runs after each page. */
async function readSlowly(
  store: Store,
  order: QueryOrder,
  between: (page: number) => Promise<unknown>,
): Promise<MemoryRecord[]> {
  const seen: MemoryRecord[] = []
  let pages = 0
  for await (const page of store.query({ scope, order, pageSize: 10 })) {
    seen.push(...page)
    await between(++pages)
  }
  return seen
}

export const queryCases: readonly Case<Store>[] = casesOf('query', {
  'gives the newest first by default': async store => {
    const records = storedRecords(20)
    await store.put(records)
    deepEqual(await readAll(store, { scope }), records.toReversed().map(withoutVector))
  },

  'keeps each order, ties by id, with pages of any size': async store => {
    const records = tiedRecords(60)
    await store.put(records)
    for (const order of orders) {
      for (const pageSize of [1, 7, 60, 500]) {
        const found = await readAll(store, { scope, order, pageSize })
        deepEqual(found, ordered(records, order), `${JSON.stringify(order)}, pages of ${pageSize}`)
      }
    }
  },

  'pages are full but for the last, and none is empty': async store => {
    await store.put(storedRecords(25))
    for (const [pageSize, lengths] of [
      [10, [10, 10, 5]],
      [5, [5, 5, 5, 5, 5]],
      [100, [25]],
    ] as const) {
      const found: number[] = []
      for await (const page of store.query({ scope, pageSize })) found.push(page.length)
      deepEqual(found, lengths)
    }
    for await (const page of store.query({ scope: { orgId: 'nobody' } })) equal(page, undefined)
  },

  'goes on after any record': async store => {
    const records = tiedRecords(40)
    await store.put(records)
    for (const order of orders) {
      const all = ordered(records, order)
      for (const n of [0, 1, 19, 38, 39]) {
        const last = all[n]
        ok(last)
        const after = { id: last.id, place: last.place, time: last[order.by] }
        deepEqual(await readAll(store, { scope, order, after, pageSize: 9 }), all.slice(n + 1))
      }
    }
  },

  'an offset passes over records, and a limit ends it': async store => {
    const records = tiedRecords(40)
    await store.put(records)
    for (const order of orders) {
      const all = ordered(records, order)
      for (const [offset, limit, pageSize] of [
        [0, 5, 10],
        [7, 10, 4],
        [35, 10, 3],
        [40, 10, 10],
        [3, 0, 10],
        [0, 40, 40],
      ] as const) {
        const found = await readAll(store, { scope, order, offset, limit, pageSize })
        deepEqual(
          found,
          all.slice(offset, offset + limit),
          JSON.stringify({ order, offset, limit, pageSize }),
        )
      }
      const last = all[9]
      ok(last)
      const after = { id: last.id, place: last.place, time: last[order.by] }
      const found = await readAll(store, { scope, order, after, offset: 2, limit: 9, pageSize: 5 })
      deepEqual(found, all.slice(12, 21))
    }
  },

  'goes on after a record that is gone': async store => {
    const records = tiedRecords(20)
    await store.put(records)
    for (const order of orders.slice(0, 2)) {
      const all = ordered(records, order)
      const last = all[9]
      ok(last)
      await store.delete([keyOf(last)])
      const after = { id: last.id, place: last.place, time: last.createdAt }
      deepEqual(await readAll(store, { scope, order, after }), all.slice(10))
      await store.put(records.filter(record => record.id === last.id))
    }
  },

  'sees exactly the scope': async store => {
    const names = [null, 'a', 'b'] as const
    const records = names
      .flatMap(userId => names.flatMap(agentId => names.map(runId => ({ userId, agentId, runId }))))
      .flatMap(scope => [scope, { ...scope, orgId: 'other' }])
      .map((scope, n) => storedRecord(n, scope))
    await store.put(records)
    for (const userId of [undefined, 'a', 'nobody']) {
      for (const agentId of [undefined, 'b']) {
        for (const runId of [undefined, 'a']) {
          const scope = { orgId, userId, agentId, runId }
          const expected = records.filter(record => inScope(scopeOf(record), scope))
          deepEqual(idsOf(await readAll(store, { scope })), idsOf(expected), JSON.stringify(scope))
        }
      }
    }
  },

  'filters within the scope, page by page': async store => {
    const records = storedRecords(60, n => ({ orgId: n % 2 === 0 ? orgId : 'other', importance: n / 100 }))
    await store.put(records)
    const where = parseWhere({ or: [{ importance: { gte: 0.3 } }, { 'metadata.n': 4 }] })
    const found = await readAll(store, { scope, where, pageSize: 4 })
    const expected = records.filter((_, n) => n % 2 === 0 && (n >= 30 || n === 4)).toReversed()
    deepEqual(found, expected.map(withoutVector))
  },

  'no record is met twice or missed while others come, change and go': async store => {
    const records = storedRecords(80, n => ({ userId: n % 4 === 3 ? 'passing' : 'alice' }))
    const staying = records.filter(record => record.userId === 'alice')
    const passing = records.filter(record => record.userId === 'passing')
    const restore = async (): Promise<void> => {
      await store.deleteAll(scope)
      await store.put(records)
    }
    for (const order of orders) {
      await restore()
      const seen = await readSlowly(store, order, async page => {
        const time = page % 2 === 0 ? startTime + page * 10_000 : startTime - page
        await store.put([storedRecord(1000 + page, { createdAt: time, updatedAt: time, userId: 'new' })])
        const gone = passing[page]
        if (gone) await store.delete([keyOf(gone)])
      })
      const met = seen.filter(record => record.userId === 'alice')
      equal(new Set(seen.map(record => record.id)).size, seen.length, 'a record was met twice')
      deepEqual(met, ordered(staying, order), JSON.stringify(order))
    }
  },

  'by createdAt, a record that is changed between pages is met once': async store => {
    const records = storedRecords(50)
    await store.put(records)
    const seen = await readSlowly(store, { by: 'createdAt', direction: 'asc' }, async page => {
      const patches = records.map(record => ({
        key: keyOf(record),
        set: { importance: page / 10 },
        updatedAt: startTime + page,
      }))
      await store.patch(patches)
    })
    deepEqual(
      seen.map(record => record.id),
      records.map(record => record.id),
    )
  },

  'can be left before its end': async store => {
    await store.put(storedRecords(30))
    for await (const page of store.query({ scope, pageSize: 10 })) {
      equal(page.length, 10)
      break
    }
    equal((await readAll(store, { scope })).length, 30)
    await store.put([storedRecord(100)])
  },
})
