import { deepEqual, equal } from 'node:assert/strict'
import type { PendingQuery, PendingRow, Postponed, Store, StoredRecord } from '@agentmem/core/adapter'
import { keyOf, orgId, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** The row of a message that may be taken from the time 50 on. */
export function rowOf(record: StoredRecord, fields: Partial<PendingRow> = {}): PendingRow {
  return { key: { ...keyOf(record), ...ownerOf(record) }, at: 40, tokens: 7, notBefore: 50, ...fields }
}

/** The ids of what waits, in its order. */
export async function waitingOf(store: Store, query: Partial<PendingQuery> = {}): Promise<string[]> {
  const ids: string[] = []
  for (let after = 0; ;) {
    const page = await store.pending({ scope: { orgId }, limit: 2, now: 100, after, ...query })
    ids.push(...page.messages.map(({ record }) => record.id))
    if (page.done) return ids
    after = page.cursor
  }
}

function ownerOf({ userId, agentId, runId }: StoredRecord): Partial<PendingRow['key']> {
  return {
    ...(userId !== null && { userId }),
    ...(agentId !== null && { agentId }),
    ...(runId !== null && { runId }),
  }
}

const records = storedRecords(7, n => ({ userId: n % 2 === 0 ? 'alice' : 'bob', runId: `run-${n}` }))
const ids = records.map(({ id }) => id)

function receive(store: Store): Promise<unknown> {
  return store.commit({ puts: records, pending: records.map(record => rowOf(record)) })
}

function postponed(record: StoredRecord, fields: Partial<Postponed> = {}): Postponed {
  return { key: keyOf(record), attempts: 1, notBefore: 60, parked: false, reason: 'no answer', ...fields }
}

export const inboxCases: readonly Case<Store>[] = casesOf('inbox', {
  'gives what waits in the order in which it came, with its memory, in pages of any size': async store => {
    await receive(store)
    for (const limit of [1, 3, 10]) deepEqual(await waitingOf(store, { limit }), ids, `pages of ${limit}`)
    const { messages } = await store.pending({ scope: { orgId }, limit: 1, now: 100 })
    const [first = storedRecord(0)] = records
    const { seq, ...row } = messages[0] ?? { seq: 0 }
    const state = { attempts: 0, parked: false, reason: null, answer: null }
    const { key, ...waiting } = rowOf(first)
    deepEqual(
      { ...row, key: undefined },
      { ...waiting, ...state, key: undefined, record: withoutVector(first) },
    )
    deepEqual([Object(row).key.id, Object(row).key.userId], [key.id, key.userId])
    equal(Number.isSafeInteger(seq), true)
  },

  'is counted, with what is parked and when the oldest came that waits': async store => {
    const counts = async (): Promise<unknown[]> => {
      const { waiting, parked, oldestWaiting } = await store.stats()
      return [waiting, parked, oldestWaiting]
    }
    deepEqual(await counts(), [0, 0, undefined])
    await store.commit({ puts: records, pending: records.map((record, n) => rowOf(record, { at: 40 + n })) })
    deepEqual(await counts(), [7, 0, 40])
    const [first, second] = records as [StoredRecord, StoredRecord]
    await store.commit({ done: [keyOf(second)], postponed: [postponed(first, { parked: true })] })
    deepEqual(await counts(), [5, 1, 42])
    await store.deleteAll({ orgId })
    deepEqual(await counts(), [0, 0, undefined])
  },

  'gives what may be taken now, and of a scope only what is of it': async store => {
    await receive(store)
    deepEqual(await waitingOf(store, { now: 49 }), [])
    deepEqual(await waitingOf(store, { now: 50 }), ids)
    deepEqual(
      await waitingOf(store, { scope: { orgId, userId: 'bob' } }),
      ids.filter((_, n) => n % 2 === 1),
    )
    deepEqual(await waitingOf(store, { scope: { orgId: 'other' } }), [])
  },

  'a row keeps its place when its memory is changed': async store => {
    await receive(store)
    await store.patch(
      records.slice(0, 3).map(record => ({ key: keyOf(record), set: { importance: 1 }, updatedAt: 9 })),
    )
    deepEqual(await waitingOf(store), ids)
  },

  'what is postponed comes later, and what is parked when it is asked for': async store => {
    await receive(store)
    const [first, second, third] = records as [StoredRecord, StoredRecord, StoredRecord]
    await store.commit({
      postponed: [
        postponed(first),
        postponed(second, { attempts: 8, parked: true, answer: '{"facts":[]}' }),
        postponed(third, { attempts: 0, notBefore: 50, reason: null, answer: 'kept' }),
      ],
    })
    deepEqual(await waitingOf(store, { now: 59 }), ids.slice(2))
    deepEqual(await waitingOf(store, { now: 60 }), [first.id, ...ids.slice(2)])
    const { messages } = await store.pending({ scope: { orgId }, limit: 5, now: 0, state: 'parked' })
    const { attempts, parked, reason, answer } = messages[0] ?? {}
    deepEqual(
      { attempts, parked, reason, answer },
      { attempts: 8, parked: true, reason: 'no answer', answer: '{"facts":[]}' },
    )
    await store.commit({ postponed: [postponed(third)] })
    const answerOf = async (id: string): Promise<unknown> =>
      (await store.pending({ scope: { orgId }, limit: 10, now: 100 })).messages.find(
        ({ record }) => record.id === id,
      )?.answer
    equal(await answerOf(third.id), 'kept', 'an answer that is left out stays')
    await store.commit({ postponed: [postponed(third, { answer: null })] })
    equal(await answerOf(third.id), null)
  },

  'what is postponed and gone by now is left out': async store => {
    await receive(store)
    const [first, second] = records as [StoredRecord, StoredRecord]
    await store.delete([keyOf(first)])
    await store.commit({ postponed: [postponed(first), postponed({ ...second, userId: 'bob' })] })
    deepEqual(await waitingOf(store, { now: 59 }), ids.slice(2))
  },

  'rows go with their memories: by delete, by deleteAll, and with a filter': async store => {
    await receive(store)
    const [first] = records as [StoredRecord]
    await store.delete([keyOf(first)])
    deepEqual(await waitingOf(store), ids.slice(1))
    const where = { op: 'eq', target: { field: 'runId', kind: 'string' }, value: 'run-1' } as const
    await store.deleteAll({ orgId }, { where })
    deepEqual(await waitingOf(store), ids.slice(2))
    await store.deleteAll({ orgId, userId: 'bob' }, { purgeHistory: true })
    deepEqual(
      await waitingOf(store),
      ids.slice(2).filter((_, n) => n % 2 === 0),
    )
    await store.put([first])
    equal((await waitingOf(store)).includes(first.id), false, 'the same id later does not wait')
  },

  'what is hidden does not wait until it is restored': async store => {
    await receive(store)
    const [first] = records as [StoredRecord]
    await store.patch([{ key: keyOf(first), set: { deletedAt: 5 }, updatedAt: 5 }])
    deepEqual(await waitingOf(store), ids.slice(1))
    await store.patch([{ key: keyOf(first), set: { deletedAt: null }, updatedAt: 6 }])
    deepEqual(await waitingOf(store), ids)
  },
})
