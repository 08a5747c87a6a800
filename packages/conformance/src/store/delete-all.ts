import { deepEqual, equal, ok } from 'node:assert/strict'
import { inScope, scopeOf } from '@agentmem/core/adapter'
import type { Scope, Store, StoredRecord } from '@agentmem/core/adapter'
import { idsOf, readLog } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** Records of every mix of two organizations, users, agents and runs, null among them. */
function mixedRecords(): StoredRecord[] {
  const names = [null, 'a', 'b'] as const
  const scopes = ['acme', 'other'].flatMap(orgId =>
    names.flatMap(userId =>
      names.flatMap(agentId => names.map(runId => ({ orgId, userId, agentId, runId }))),
    ),
  )
  return scopes.map((scope, n) => storedRecord(n, scope))
}

const filters: readonly Scope[] = [
  { orgId: 'acme', userId: 'a' },
  { orgId: 'acme', agentId: 'b' },
  { orgId: 'acme', runId: 'a' },
  { orgId: 'acme', userId: 'a', runId: 'b' },
  { orgId: 'acme', userId: 'b', agentId: 'b', runId: 'b' },
  { orgId: 'acme' },
  { orgId: 'acme', userId: 'nobody' },
  { orgId: 'nobody' },
]

export const deleteAllCases: readonly Case<Store>[] = casesOf('deleteAll', {
  'removes exactly the scope, and says how many there were': async store => {
    let records = mixedRecords()
    await store.put(records)
    for (const scope of filters) {
      const left = records.filter(record => !inScope(scopeOf(record), scope))
      equal(await store.deleteAll(scope), records.length - left.length, JSON.stringify(scope))
      const log = await readLog(store)
      deepEqual(idsOf(log.upserts), idsOf(left), JSON.stringify(scope))
      records = left
    }
    equal(await store.deleteAll({ orgId: 'acme' }), 0)
    equal((await store.stats()).memories, 27)
  },

  'leaves the history, with a DELETE for each': async store => {
    const records = storedRecords(30)
    await store.put(records)
    await store.deleteAll({ orgId, userId: 'alice' }, { actor: 'admin' })
    for (const entries of await store.history(records.map(keyOf))) {
      deepEqual(
        entries.map(entry => [entry.event, entry.actorId]),
        [
          ['ADD', null],
          ['DELETE', 'admin'],
        ],
      )
    }
  },

  'with purgeHistory removes the history too, of memories deleted earlier as well': async store => {
    const records = storedRecords(20, n => ({ userId: n < 10 ? 'alice' : 'bob' }))
    await store.put(records)
    const before = records.slice(0, 3)
    await store.delete(before.map(keyOf))
    equal(await store.deleteAll({ orgId, userId: 'alice' }, { purgeHistory: true }), 7)
    const history = await store.history(records.map(keyOf))
    ok(
      history.slice(0, 10).every(entries => entries.length === 0),
      'history of the scope is left',
    )
    ok(
      history.slice(10).every(entries => entries.length === 1),
      'history of another scope is gone',
    )
    deepEqual((await readLog(store)).deletes, idsOf(records.slice(0, 10)))
  },

  'frees ids and dedupe keys': async store => {
    const records = storedRecords(10, n => ({ dedupeKey: `key-${n}` }))
    await store.put(records)
    await store.deleteAll({ orgId })
    equal((await store.put(records)).duplicates.size, 0)
    equal((await store.stats()).memories, 10)
  },
})
