import { deepEqual, equal, ok } from 'node:assert/strict'
import { contentHash, scopeOf } from '@agentmem/core/adapter'
import type { HistoryEntry, Store } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { keyOf, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** What an entry says of the change, without its id and its time. */
function changeOf({ memoryId, previousValue, newValue, event, actorId, role }: HistoryEntry): object {
  return { memoryId, previousValue, newValue, event, actorId, role }
}

export const historyCases: readonly Case<Store>[] = casesOf('history', {
  'tells adding, changing and deleting, oldest first': async store => {
    const record = storedRecord(1, { content: 'one', actorId: 'alice', role: 'user' })
    const key = keyOf(record)
    await store.put([record])
    for (const [i, content] of ['two', 'three'].entries()) {
      const set = { content, hash: contentHash(content) }
      await store.patch([{ key, set, vector: record.vector, updatedAt: record.updatedAt + i + 1 }])
    }
    await store.delete([key])
    const [entries] = await store.history([key])
    const who = { memoryId: record.id, actorId: 'alice', role: 'user' }
    deepEqual(entries?.map(changeOf), [
      { ...who, previousValue: null, newValue: 'one', event: 'ADD' },
      { ...who, previousValue: 'one', newValue: 'two', event: 'UPDATE' },
      { ...who, previousValue: 'two', newValue: 'three', event: 'UPDATE' },
      { ...who, previousValue: 'three', newValue: null, event: 'DELETE' },
    ])
  },

  'gives each entry an id, the scope and the time of its change': async store => {
    const record = storedRecord(1, { userId: 'u', agentId: null, runId: 'r' })
    const key = keyOf(record)
    const start = Date.now()
    await store.put([record])
    await store.patch([{ key, set: { importance: 1 }, updatedAt: record.updatedAt + 5000 }])
    await store.delete([key])
    const [entries = []] = await store.history([key])
    equal(new Set(entries.map(entry => entry.id)).size, 3, 'ids are not unique')
    for (const { scope } of entries) deepEqual({ ...scopeOf(record), ...scope }, scopeOf(record))
    const [added, changed, deleted] = entries.map(entry => entry.createdAt)
    deepEqual([added, changed], [record.createdAt, record.updatedAt + 5000])
    ok(deleted !== undefined && deleted >= start && deleted <= Date.now(), `deleted at ${deleted}`)
  },

  'a change that leaves the content alone is a change too': async store => {
    const record = storedRecord(1)
    await store.put([record])
    await store.patch([{ key: keyOf(record), set: { importance: 1 }, updatedAt: record.updatedAt }])
    const [entries] = await store.history([keyOf(record)])
    const { content } = record
    deepEqual(
      entries?.map(entry => [entry.event, entry.previousValue, entry.newValue]),
      [
        ['ADD', null, content],
        ['UPDATE', content, content],
      ],
    )
  },

  'names the actor of the call, or else that of the record': async store => {
    const [own, none] = [storedRecord(1, { actorId: 'alice' }), storedRecord(2)]
    const keys = [own, none].map(keyOf)
    const patches = keys.map(key => ({ key, set: { importance: 1 }, updatedAt: 1 }))
    await store.put([own, none])
    await store.patch(patches, { actor: 'bob' })
    await store.delete(keys, { actor: 'carol' })
    await store.put([own, none], { actor: 'dave' })
    const actors = (await store.history(keys)).map(entries => entries.map(entry => entry.actorId))
    deepEqual(actors, [
      ['alice', 'bob', 'carol', 'dave'],
      [null, 'bob', 'carol', 'dave'],
    ])
  },

  'tells each user only of the time when the id was theirs': async store => {
    const record = storedRecord(1, { userId: 'alice' })
    await store.put([record])
    await store.delete([keyOf(record)])
    await store.put([{ ...record, userId: 'bob' }])
    const [alice, bob, all] = await store.history([
      { ...keyOf(record), userId: 'alice' },
      { ...keyOf(record), userId: 'bob' },
      keyOf(record),
    ])
    const events = [alice, bob, all].map(entries => entries?.map(({ event }) => event))
    deepEqual(events, [['ADD', 'DELETE'], ['ADD'], ['ADD', 'DELETE', 'ADD']])
  },

  'stays when the memory is gone, and goes on when its id comes back': async store => {
    const record = storedRecord(1)
    await store.put([record])
    await store.delete([keyOf(record)])
    await store.put([record])
    const [entries] = await store.history([keyOf(record)])
    deepEqual(
      entries?.map(entry => entry.event),
      ['ADD', 'DELETE', 'ADD'],
    )
    deepEqual(await store.get([keyOf(record)]), [withoutVector(record)])
  },

  'answers in the order of the keys, an empty list where there is none': async store => {
    const records = storedRecords(60)
    await store.put(records)
    const asked = [storedRecord(90), ...new Random(4).shuffle(records), storedRecord(91)]
    const history = await store.history(asked.map(keyOf))
    deepEqual(
      history.map(entries => entries.map(entry => entry.memoryId)),
      asked.map((record, i) => (i === 0 || i === asked.length - 1 ? [] : [record.id])),
    )
  },

  'what was left out as a duplicate has none': async store => {
    const [record, late] = [storedRecord(1, { dedupeKey: 'k' }), storedRecord(2, { dedupeKey: 'k' })]
    await store.put([record])
    await store.put([late, storedRecord(3), record])
    const lengths = (await store.history([record, late].map(keyOf))).map(entries => entries.length)
    deepEqual(lengths, [1, 0])
  },

  'what was not there to be changed or deleted has none': async store => {
    const key = keyOf(storedRecord(1))
    await store.patch([{ key, set: { importance: 1 }, updatedAt: 1 }])
    await store.delete([key])
    deepEqual(await store.history([key]), [[]])
  },
})
