import { deepEqual, equal, ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { readAll, stateOf } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { errorCases } from '../kit/error-cases.ts'
import { lifecycleCases } from '../kit/lifecycle-cases.ts'

type Calls = Readonly<Record<string, () => Promise<unknown>>>

function calls(store: Store, signal?: AbortSignal): Calls {
  const [record, key, options] = [storedRecord(1), keyOf(storedRecord(1)), { signal }]
  return {
    put: () => store.put([record], options),
    patch: () => store.patch([{ key, set: { importance: 1 }, updatedAt: 1 }], options),
    delete: () => store.delete([key], options),
    deleteAll: () => store.deleteAll({ orgId }, options),
    commit: () => store.commit({ puts: [record] }, options),
    pending: () => store.pending({ scope: { orgId }, limit: 1, now: 1 }, options),
    touch: () => store.touch([key], 1, options),
    get: () => store.get([key], options),
    vectors: () => store.vectors([key], options),
    vectorsByHash: () => store.vectorsByHash([record.hash], { ...options, embedder: 'm' }),
    query: async () => {
      for await (const page of store.query({ scope: { orgId } }, options)) ok(page)
    },
    count: () => store.count({ scope: { orgId } }, options),
    scopes: () =>
      store.scopes({ scope: { orgId }, by: { field: 'userId', kind: 'string' }, limit: 1 }, options),
    texts: async () => {
      for await (const page of store.texts({ scope: { orgId } }, options)) ok(page)
    },
    history: () => store.history([key], options),
    changes: () => store.changes({ after: 0, limit: 1 }, options),
    textChanges: () => store.textChanges({ after: 0, limit: 1 }, options),
    scopedChanges: () => store.scopedChanges({ after: 0, limit: 1 }, options),
    head: () => store.head(options),
    readMeta: () => store.readMeta(['k'], options),
    writeMeta: () => store.writeMeta([{ key: 'k', value: 'v' }], options),
    startStaging: () => store.startStaging('m', options),
    unstaged: () => store.unstaged({ after: 0, limit: 1 }, options),
    stagedVectors: () => unlessIdle(store.stagedVectors('m', [record.hash], options)),
    stage: () => unlessIdle(store.stage('m', [{ hash: record.hash, vector: record.vector }], options)),
    adoptStaged: () => unlessIdle(store.adoptStaged('m', options)),
    stats: () => store.stats(),
    checkDatabase: () => store.checkDatabase(options),
  }
}

/** A Store that does not stage says so, which is what the call is to be told. */
function unlessIdle(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => {
    if (!MemoryError.is(error) || error.code !== 'CONFLICT') throw error
  })
}

const methods = [
  'put',
  'patch',
  'delete',
  'deleteAll',
  'commit',
  'pending',
  'touch',
  'get',
  'vectors',
  'vectorsByHash',
  'query',
  'count',
  'scopes',
  'texts',
  'history',
  'changes',
  'textChanges',
  'scopedChanges',
  'head',
  'readMeta',
  'writeMeta',
  'startStaging',
  'unstaged',
  'stagedVectors',
  'stage',
  'adoptStaged',
  'stats',
  'checkDatabase',
]
const abortable = methods.filter(method => method !== 'stats')

export const storeLifecycleCases: readonly Case<Store>[] = [
  ...lifecycleCases<Store>(methods, {
    calls,
    abortable,
    stateOf: async store => [await stateOf(store), await store.readMeta(['k'])],
  }),

  ...casesOf<Store>('lifecycle', {
    'close waits for writes in flight: each is complete or refused': async (store, { openAgain }) => {
      const records = storedRecords(300)
      const batches = Array.from({ length: 6 }, (_, i) => records.slice(i * 50, i * 50 + 50))
      const outcomes = Promise.allSettled(batches.map(batch => store.put(batch)))
      await store.close()
      const settled = await outcomes
      for (const outcome of settled) {
        if (outcome.status === 'fulfilled') continue
        ok(MemoryError.is(outcome.reason), String(outcome.reason))
        equal(outcome.reason.code, 'CLOSED')
      }
      if (!store.supports.durable) return
      ok(openAgain, 'a Store that declares supports.durable needs openAgain in its harness')
      await using again = await openAgain()
      for (const [i, batch] of batches.entries()) {
        const found = await again.get(batch.map(keyOf))
        const expected = settled[i]?.status === 'fulfilled' ? 50 : 0
        equal(found.filter(record => record !== undefined).length, expected, `batch ${i}`)
      }
    },

    'a query that is in flight when the Store is closed ends with CLOSED': async store => {
      await store.put(storedRecords(30))
      const pages = store.query({ scope: { orgId }, pageSize: 10 })[Symbol.asyncIterator]()
      equal((await pages.next()).done, false)
      await store.close()
      const [outcome] = await Promise.allSettled([pages.next()])
      ok(outcome.status === 'rejected' && MemoryError.is(outcome.reason))
      equal(outcome.reason.code, 'CLOSED')
    },
  }),

  ...casesOf<Store>('abort', {
    'a signal that aborts later stops nothing that is done': async store => {
      const controller = new AbortController()
      await store.put([storedRecord(1)], { signal: controller.signal })
      controller.abort()
      equal((await readAll(store, { scope: { orgId } })).length, 1)
    },

    'a write that is aborted in flight is whole or absent': async store => {
      const controller = new AbortController()
      const records = storedRecords(500)
      const outcome = Promise.allSettled([store.put(records, { signal: controller.signal })])
      setImmediate(() => controller.abort())
      const [{ status }] = await outcome
      const found = (await store.get(records.map(keyOf))).filter(record => record !== undefined)
      if (status === 'fulfilled') equal(found.length, 500)
      else ok(found.length === 0 || found.length === 500, `${found.length} of 500 records`)
      deepEqual(await stateOf(store), { memories: found.length, head: (await store.head()).position })
    },
  }),

  // A database without its tables may be whole, as far as it can say.
  ...errorCases<Store>(
    methods.filter(method => method !== 'checkDatabase'),
    calls,
  ),

  ...casesOf<Store>('facts', {
    'it says what it is': async store => {
      ok(store.name.length > 0)
      const { durable, multiProcess, concurrentWrites } = store.supports
      ok(Object.isFrozen(store.supports), 'supports is not frozen')
      deepEqual([typeof durable, typeof multiProcess], ['boolean', 'boolean'])
      ok(Number.isInteger(concurrentWrites) && concurrentWrites >= 1, `concurrentWrites: ${concurrentWrites}`)
    },

    'stats count the memories of all organizations, and tell the head': async store => {
      const records = storedRecords(10, n => ({
        orgId: n < 3 ? 'other' : orgId,
        expiresAt: n === 5 ? 1 : null,
      }))
      await store.put(records)
      await store.delete(records.slice(8).map(keyOf))
      deepEqual(await stateOf(store), { memories: 8, head: (await store.stats()).head })
    },
  }),
]
