import { deepEqual, equal } from 'node:assert/strict'
import type { HistoryEntry, Patch, Store, StoredRecord } from '@agentmem/core/adapter'
import { idsOf, readAll, readLog } from '../data/read-store.ts'
import { readTextLog, readTexts } from '../data/read-texts.ts'
import { keyOf, orgId, storedRecord, uniqueRecord, withoutVector } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { bind, nextModel } from './model.ts'
import { allUnstaged, nextVector, stagedOf } from './staging.ts'

const scope = { orgId }
const [old, next, plain] = [storedRecord(1), storedRecord(2), storedRecord(3, { indexed: false })]

function setting(record: StoredRecord, set: Patch['set'], updatedAt = 9): Patch {
  return { key: keyOf(record), set, updatedAt }
}

/** What searches find: by both logs, and by the texts of the scope. */
async function searched(store: Store): Promise<string[]> {
  const vectors = idsOf((await readLog(store)).upserts)
  deepEqual(idsOf((await readTextLog(store)).upserts), vectors, 'the log of texts')
  deepEqual(idsOf(await readTexts(store, { scope })), vectors, 'the texts of the scope')
  return vectors
}

function told(entries: readonly HistoryEntry[] | undefined): unknown[] {
  return (entries ?? []).map(({ event, previousValue, newValue, successorId, createdAt }) => [
    event,
    previousValue,
    newValue,
    successorId,
    createdAt,
  ])
}

/** What every Store must do with what is superseded, and what is hidden. */
export const currentCases: readonly Case<Store>[] = casesOf('current', {
  'what is superseded leaves searches, and stays where it is read': async store => {
    await store.put([old, next, plain])
    await store.patch([setting(old, { supersededBy: next.id, validTo: 8 })])
    deepEqual(await searched(store), [next.id])
    const expected = { ...withoutVector(old), supersededBy: next.id, validTo: 8, version: 2, updatedAt: 9 }
    deepEqual(await store.get([keyOf(old)]), [expected])
    deepEqual(idsOf(await readAll(store, { scope })), idsOf([old, next, plain]))
    assertSameBits((await store.vectors([keyOf(old)]))[0], old.vector, old.id)
  },

  'the history of what is superseded names its successor, and tells of its return': async store => {
    await store.put([old, next])
    await store.patch([setting(old, { supersededBy: next.id })])
    await store.patch([setting(old, { importance: 1 }, 10)])
    await store.patch([setting(old, { supersededBy: null }, 11)])
    const [entries] = await store.history([keyOf(old)])
    deepEqual(told(entries), [
      ['ADD', null, old.content, null, old.createdAt],
      ['SUPERSEDE', old.content, null, next.id, 9],
      ['UPDATE', old.content, old.content, null, 10],
      ['RESTORE', null, old.content, null, 11],
    ])
    deepEqual(await searched(store), idsOf([old, next]))
  },

  'what is hidden leaves searches and comes back as it was, with history for both': async store => {
    await store.put([old, plain])
    await store.patch([setting(old, { deletedAt: 9 }), setting(plain, { deletedAt: 9 })])
    deepEqual(await searched(store), [])
    equal((await store.get([keyOf(old)]))[0]?.deletedAt, 9)
    await store.patch([setting(old, { deletedAt: null }, 10), setting(plain, { deletedAt: null }, 10)])
    deepEqual(await searched(store), [old.id], 'what no search found before, none finds now')
    const [entries] = await store.history([keyOf(old)])
    deepEqual(told(entries).slice(1), [
      ['DELETE', old.content, null, null, 9],
      ['RESTORE', null, old.content, null, 10],
    ])
  },

  'what is hidden and superseded comes back superseded': async store => {
    await store.put([old, next])
    await store.patch([setting(old, { supersededBy: next.id })])
    await store.patch([setting(old, { deletedAt: 9 })])
    await store.patch([setting(old, { deletedAt: null })])
    deepEqual(await searched(store), [next.id])
    equal((await store.get([keyOf(old)]))[0]?.supersededBy, next.id)
  },

  'a record gives up its dedupe key while it is not current, and takes it again': async store => {
    const [first, second] = [uniqueRecord(5), { ...uniqueRecord(5), id: 'second' }]
    for (const field of [{ supersededBy: 'x' }, { deletedAt: 9 }]) {
      const back = Object.fromEntries(Object.keys(field).map(name => [name, null]))
      await store.put([first])
      await store.patch([setting(first, field)])
      equal((await store.put([second])).duplicates.size, 0, 'the key is free')
      await assertRejects('CONFLICT', 'the key is taken', () => store.patch([setting(first, back)]))
      deepEqual(await searched(store), [second.id])
      await store.delete([keyOf(second)])
      await store.patch([setting(first, back)])
      deepEqual((await store.put([second])).duplicates, new Map([[second.id, first.id]]), 'it has it again')
      await store.deleteAll(scope)
    }
  },

  'a record without a dedupe key that is not current keeps no other out': async store => {
    const [first, second] = [storedRecord(5), { ...uniqueRecord(5), id: 'second' }]
    await store.put([first])
    await store.patch([setting(first, { deletedAt: 9 })])
    equal((await store.put([second])).duplicates.size, 0)
    await store.put([{ ...storedRecord(6), supersededBy: 'x' }])
    equal((await store.put([{ ...uniqueRecord(6), id: 'third' }])).duplicates.size, 0)
  },

  'deletes and deleteAll take what is not current too': async store => {
    await store.put([old, next, plain])
    await store.patch([setting(old, { supersededBy: next.id }), setting(plain, { deletedAt: 9 })])
    await store.delete([keyOf(plain)])
    deepEqual(await store.get([keyOf(plain)]), [undefined])
    equal(await store.deleteAll(scope), 2)
    equal((await store.stats()).memories, 0)
  },

  'a filter tells what is in force from what is not': async store => {
    const times = { validFrom: 5, validTo: 7, origin: 'model' } as const
    await store.put([storedRecord(4, { ...times, supersededBy: old.id }), { ...plain, deletedAt: 3 }, old])
    const by = async (field: 'supersededBy' | 'origin', value: string): Promise<string[]> => {
      const where = { op: 'eq', target: { field, kind: 'string' }, value } as const
      return idsOf(await readAll(store, { scope, where }))
    }
    deepEqual(await by('supersededBy', old.id), [storedRecord(4).id])
    deepEqual(await by('origin', 'caller'), idsOf([old, plain]))
    for (const [field, value, count] of [
      ['validFrom', 5, 1],
      ['validTo', 6, 1],
      ['deletedAt', 2, 1],
      ['deletedAt', 4, 0],
    ] as const) {
      const where = { op: 'gte', target: { field, kind: 'number' }, value } as const
      equal(await store.count({ scope, where }), count, field)
    }
  },

  'another model gives vectors to what is not current too': async store => {
    await bind(store)
    await store.put([old, next])
    await store.patch([setting(old, { supersededBy: next.id }), setting(next, { deletedAt: 9 })])
    deepEqual(await store.startStaging(nextModel), { memories: 2, unstaged: 2 })
    equal((await allUnstaged(store)).length, 2)
    await store.stage(nextModel, stagedOf([old, next]))
    await store.adoptStaged(nextModel)
    const vectors = await store.vectors([old, next].map(keyOf))
    assertSameBits(vectors[0], nextVector(old.content), 'superseded')
    assertSameBits(vectors[1], nextVector(next.content), 'hidden')
    deepEqual(await searched(store), [])
  },

  'touch counts uses in place: the log, versions and history do not move, and nothing of others':
    async store => {
      await store.put([old, next])
      const head = await store.head()
      await store.touch([keyOf(old), { ...keyOf(next), userId: 'bob' }, { orgId, id: 'nobody' }], 77)
      await store.touch([keyOf(old)], 78)
      deepEqual(await store.head(), head)
      deepEqual(await store.get([old, next].map(keyOf)), [
        { ...withoutVector(old), accessCount: 2, lastAccessedAt: 78 },
        withoutVector(next),
      ])
      equal((await store.history([keyOf(old)]))[0]?.length, 1)
    },
})
