import { deepEqual, equal } from 'node:assert/strict'
import type { LoggedChange, Store, StoredRecord } from '@agentmem/core/adapter'
import { parseWhere, scopeOf } from '@agentmem/core/adapter'
import { keyOf, orgId, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { bind, nextModel } from './model.ts'
import { stagedOf } from './staging.ts'

/** All that the log says after a position, and where it ends; positions must ascend. */
async function readChanges(store: Store, after = 0, limit = 1000): Promise<[LoggedChange[], number]> {
  const found: LoggedChange[] = []
  for (let from = after; ;) {
    const { changes, cursor, done } = await store.scopedChanges({ after: from, limit })
    for (const change of changes) {
      equal(change.position > from && change.position <= cursor, true, `position ${change.position}`)
      equal(change.position > (found.at(-1)?.position ?? after), true, 'positions do not ascend')
      found.push(change)
    }
    if (done) return [found, cursor]
    equal(cursor > from, true, 'a page that is not the last moves on')
    from = cursor
  }
}

const told = (changes: readonly LoggedChange[]) => changes.map(({ id, event }) => [id, event])
const scopes = (changes: readonly LoggedChange[]) => changes.map(({ scope }) => ({ ...scope }))
const three = (): [StoredRecord, StoredRecord, StoredRecord] => [
  storedRecord(1, { userId: 'ana', agentId: null, runId: null }),
  storedRecord(2, { userId: 'ben', agentId: 'helper', runId: 'r' }),
  storedRecord(3, { orgId: 'other', userId: 'cleo', agentId: null, runId: null }),
]

export const scopedChangesCases: readonly Case<Store>[] = casesOf<Store>('scopedChanges', {
  'tells what was added, updated and deleted, with its scope, at its newest change': async store => {
    const [a, b, c] = three()
    await store.put([a, b, c])
    const [added, cursor] = await readChanges(store)
    deepEqual(
      told(added),
      [a, b, c].map(({ id }) => [id, 'added']),
    )
    deepEqual(
      scopes(added),
      [a, b, c].map(scopeOf).map(scope => ({ ...scope })),
    )
    equal(cursor, (await store.head()).position)
    await store.patch([{ key: keyOf(a), set: { importance: 1 }, updatedAt: a.updatedAt + 1 }])
    await store.delete([keyOf(b)])
    await store.deleteAll({ orgId: 'other' })
    const [next] = await readChanges(store, cursor)
    deepEqual(told(next), [
      [a.id, 'updated'],
      [b.id, 'deleted'],
      [c.id, 'deleted'],
    ])
    deepEqual(
      scopes(next),
      [a, b, c].map(scopeOf).map(scope => ({ ...scope })),
    )
    for (const limit of [1, 2, 1000]) deepEqual(told((await readChanges(store, 0, limit))[0]), told(next))
  },

  'tells of what was purged, then or later, the organization alone': async store => {
    const [a, b, c] = three()
    const later = storedRecord(4, { userId: 'ana', agentId: null, runId: null })
    const keyed = storedRecord(5, { userId: 'ben', agentId: null, runId: null })
    await store.put([a, b, c, later, keyed])
    const { position } = await store.head()
    await store.delete([later, keyed].map(keyOf))
    await store.delete([keyOf(keyed)], { purgeHistory: true })
    await store.deleteAll({ orgId, userId: 'ana' }, { purgeHistory: true })
    await store.deleteAll(
      { orgId, userId: 'ben' },
      { purgeHistory: true, where: parseWhere({ agentId: 'helper' }) },
    )
    await store.commit({ deletes: [keyOf(c)] })
    const [changes] = await readChanges(store, position)
    deepEqual(
      changes.map(({ id, event }) => `${event} ${id}`).toSorted(),
      [a, b, c, later, keyed].map(({ id }) => `deleted ${id}`).toSorted(),
    )
    for (const { id, scope } of changes) {
      deepEqual(
        [scope.orgId, scope.userId, scope.agentId, scope.runId],
        [id === c.id ? 'other' : orgId, undefined, undefined, undefined],
      )
    }
  },

  'tells also of what no search finds: not indexed, without a vector, hidden and shown again':
    async store => {
      const [a, b] = three()
      await store.put([
        { ...a, indexed: false },
        { ...b, vector: null },
      ])
      const { position } = await store.head()
      deepEqual(told((await readChanges(store))[0]), [
        [a.id, 'added'],
        [b.id, 'added'],
      ])
      await store.patch([{ key: keyOf(a), set: { deletedAt: 9 }, updatedAt: 9 }])
      deepEqual(told((await readChanges(store, position))[0]), [[a.id, 'deleted']])
      await store.patch([{ key: keyOf(a), set: { deletedAt: null }, updatedAt: 10 }])
      deepEqual(told((await readChanges(store, position))[0]), [[a.id, 'updated']])
    },

  'tells an id once, whatever became of it, also when another user has it again': async store => {
    const record = storedRecord(1, { userId: 'ana', agentId: null, runId: null })
    const again = { ...record, userId: 'ben' }
    await store.put([record])
    const { position } = await store.head()
    await store.delete([keyOf(record)])
    await store.put([again])
    const [changes] = await readChanges(store, position)
    deepEqual(told(changes), [[record.id, 'added']])
    deepEqual(scopes(changes), [{ ...scopeOf(again) }])
    const [paged] = await readChanges(store, position, 1)
    deepEqual(paged.at(-1)?.scope.userId, 'ben')
  },

  'tells all that is there of a Store that was moved to another model': async store => {
    await bind(store)
    const records = storedRecords(5)
    await store.put(records)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records))
    const { position } = await store.head()
    await store.adoptStaged(nextModel)
    const [changes] = await readChanges(store, position)
    deepEqual(
      changes.map(({ id }) => id),
      records.map(({ id }) => id),
    )
  },
})
