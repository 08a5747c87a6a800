import { equal, ok } from 'node:assert/strict'
import type { Store, StoreCounters } from '@agentmem/core/adapter'
import { keyOf, orgId, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { rowOf } from './inbox.ts'

/** What a call sent to the backend. */
async function spent(store: Store, call: () => Promise<unknown>): Promise<StoreCounters> {
  const before = store.counters
  const [statements, transactions, roundTrips] = [before.statements, before.transactions, before.roundTrips]
  await call()
  const after = store.counters
  return {
    statements: after.statements - statements,
    transactions: after.transactions - transactions,
    roundTrips: after.roundTrips - roundTrips,
  }
}

/** BEGIN, COMMIT, and three statements for each chunk of at least 25 records. */
const writeBudget = (count: number): number => 2 + 3 * Math.ceil(count / 25)

function atMost(actual: number, budget: number, name: string): void {
  ok(actual <= budget, `${name}: ${actual} statements, the budget is ${budget}`)
  ok(actual >= 1, `${name}: the counter did not move`)
}

export const budgetCases: readonly Case<Store>[] = casesOf('budgets', {
  ...Object.fromEntries(
    [1, 10, 100, 1000].map(count => [
      `put of ${count} new records is one transaction of a few statements`,
      async (store: Store): Promise<void> => {
        await store.put([storedRecord(5000)])
        const { statements, transactions } = await spent(store, () => store.put(storedRecords(count)))
        equal(transactions, 1, 'transactions')
        atMost(statements, writeBudget(count), `put of ${count}`)
      },
    ]),
  ),

  'patch and delete of 100 records are one transaction each': async store => {
    const records = storedRecords(100)
    await store.put(records)
    const patches = records.map(record => ({ key: keyOf(record), set: { importance: 1 }, updatedAt: 1 }))
    equal((await spent(store, () => store.patch(patches))).transactions, 1, 'patch')
    equal((await spent(store, () => store.delete(records.map(keyOf)))).transactions, 1, 'delete')
  },

  'a commit of 100 new, 20 superseded and 100 done is one transaction of at most 16 statements':
    async store => {
      const messages = storedRecords(100)
      const pending = messages.map(record => rowOf(record))
      const received = await spent(store, () => store.commit({ puts: messages, pending }))
      equal(received.transactions, 1, 'transactions of a receive')
      atMost(received.statements, writeBudget(100) + 4, 'a receive of 100')
      const puts = storedRecords(100, n => ({ id: `fact-${n}`, origin: 'model' }))
      const patches = messages.slice(0, 20).map(record => ({
        key: keyOf(record),
        set: { supersededBy: 'fact-0', validTo: 1 },
        expectVersion: 1,
        mustExist: true,
        updatedAt: 1,
      }))
      const { statements, transactions } = await spent(store, () =>
        store.commit({ puts, patches, done: messages.map(keyOf) }),
      )
      equal(transactions, 1, 'transactions')
      atMost(statements, 16, 'commit')
    },

  'touch of 500 keys is one transaction of at most 4 statements, a page of the inbox one statement':
    async store => {
      const records = storedRecords(500)
      await store.commit({ puts: records, pending: records.map(record => rowOf(record)) })
      atMost((await spent(store, () => store.touch(records.map(keyOf), 1))).statements, 4, 'touch')
      const page = await spent(store, () => store.pending({ scope: { orgId }, limit: 100, now: 100 }))
      equal(page.statements, 1, 'a page of the inbox')
    },

  'get, vectors and history of 500 keys take at most 3 statements': async store => {
    const records = storedRecords(500)
    await store.put(records)
    const keys = records.map(keyOf)
    atMost((await spent(store, () => store.get(keys))).statements, 3, 'get')
    atMost((await spent(store, () => store.vectors(keys))).statements, 3, 'vectors')
    atMost((await spent(store, () => store.history(keys))).statements, 3, 'history')
  },

  'deleteAll of 300 takes as many statements as deleteAll of 3': async store => {
    const records = storedRecords(303, n => ({ userId: n < 3 ? 'few' : 'many' }))
    await store.put(records)
    const few = await spent(store, () => store.deleteAll({ orgId, userId: 'few' }))
    const many = await spent(store, () => store.deleteAll({ orgId, userId: 'many' }))
    equal(many.statements, few.statements)
    equal(many.transactions, 1, 'transactions')
    ok(many.statements >= 1, 'the counter did not move')
  },

  'a page of the log takes at most 3 statements, the head 1': async store => {
    await store.put(storedRecords(300))
    atMost((await spent(store, () => store.changes({ after: 0, limit: 300 }))).statements, 3, 'changes')
    ok((await spent(store, () => store.head())).statements <= 1, 'head takes more than one statement')
  },

  'a query takes one statement a page, and one to see the end': async store => {
    await store.put(storedRecords(50))
    const { statements } = await spent(store, async () => {
      for await (const page of store.query({ scope: { orgId }, pageSize: 10 })) equal(page.length, 10)
    })
    atMost(statements, 6, 'query of 5 pages')
  },

  'put with replace of 100 takes what a put takes where all are new, and little more where none is':
    async store => {
      await store.put([storedRecord(5000)])
      const records = storedRecords(100)
      const replace = { onTaken: 'replace' } as const
      const news = await spent(store, () => store.put(records, replace))
      const others = storedRecords(100, n => ({ id: `other-${n}` }))
      const kept = await spent(store, () => store.put(others))
      equal(news.statements, kept.statements, 'statements of new records')
      const again = await spent(store, () => store.put(records, replace))
      // One may have tried to add all at once.
      ok(again.transactions <= 2, `${again.transactions} transactions`)
      atMost(again.statements, 2 + 4 * Math.ceil(100 / 25), 'put of 100 that are there')
    },

  'a count, the values of a field and a page of any order take one statement': async store => {
    await store.put(storedRecords(300, n => ({ userId: `user-${n % 50}`, agentId: 'bot' })))
    const scope = { orgId, agentId: 'bot' }
    const by = { field: 'userId', kind: 'string' } as const
    equal((await spent(store, () => store.count({ scope }))).statements, 1, 'count')
    equal((await spent(store, () => store.scopes({ scope, by, limit: 10 }))).statements, 1, 'scopes')
    for (const field of ['createdAt', 'updatedAt'] as const) {
      const order = { by: field, direction: 'desc' } as const
      const { statements } = await spent(store, async () => {
        for await (const page of store.query({
          scope: { orgId },
          order,
          offset: 100,
          limit: 20,
          pageSize: 20,
        }))
          equal(page.length, 20)
      })
      equal(statements, 1, `a page by ${field}`)
    }
  },

  'empty batches take none': async store => {
    const { statements, transactions, roundTrips } = await spent(store, async () => {
      await store.put([])
      await store.patch([])
      await store.delete([])
      await store.commit({ puts: [], done: [] })
      await store.touch([], 1)
      await store.get([])
      await store.vectors([])
      await store.history([])
      await store.readMeta([])
      await store.writeMeta([])
    })
    equal(statements + transactions + roundTrips, 0)
  },
})
