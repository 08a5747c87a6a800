import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { HistoryEntry, Store } from '@agentmem/core/adapter'
import { keyOf, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

type Past = Omit<HistoryEntry, 'id' | 'memoryId' | 'scope'>

const past: readonly Past[] = [
  {
    event: 'ADD',
    previousValue: null,
    newValue: 'one',
    actorId: 'ana',
    role: 'user',
    createdAt: 1_000,
    successorId: null,
  },
  {
    event: 'UPDATE',
    previousValue: 'one',
    newValue: 'two',
    actorId: null,
    role: null,
    createdAt: 2_000,
    successorId: null,
  },
  {
    event: 'DELETE',
    previousValue: 'two',
    newValue: null,
    actorId: 'bo',
    role: null,
    createdAt: 3_000,
    successorId: null,
  },
  {
    event: 'ADD',
    previousValue: null,
    newValue: 'three',
    actorId: 'ana',
    role: null,
    createdAt: 4_000,
    successorId: null,
  },
]
/** As another Store has told it: under ids and a scope of its own. */
const told = past.map((entry, i) => ({
  ...entry,
  id: `other-${i}`,
  memoryId: 'another',
  scope: { orgId: 'elsewhere' },
}))

function pastOf(entries: readonly HistoryEntry[] = []): Past[] {
  return entries.map(({ id: _id, memoryId: _memoryId, scope: _scope, ...entry }) => entry)
}

export const pastCases: readonly Case<Store>[] = casesOf<Store>('put with a history', {
  'writes it in the place of the entry that the record would get, and goes on from there': async store => {
    const records = storedRecords(4)
    const [first, second, third, fourth] = records as [(typeof records)[0], ...typeof records]
    const history = new Map([
      [first.id, told],
      [third?.id ?? '', []],
      [fourth?.id ?? '', told.slice(0, 1)],
    ])
    const { duplicates } = await store.put(records, { history })
    equal(duplicates.size, 0)
    await store.patch([{ key: keyOf(first), set: { importance: 1 }, updatedAt: first.updatedAt + 1 }])
    const found = await store.history(records.map(keyOf))
    deepEqual(pastOf(found[0]).slice(0, -1), past)
    equal(found[0]?.at(-1)?.event, 'UPDATE')
    deepEqual(
      pastOf(found[1]).map(({ event, newValue }) => [event, newValue]),
      [['ADD', second?.content]],
    )
    deepEqual(pastOf(found[2]), [])
    deepEqual(pastOf(found[3]), past.slice(0, 1))
    for (const [i, entries] of found.entries()) {
      for (const entry of entries) {
        equal(entry.memoryId, records[i]?.id)
        equal(entry.scope.orgId, records[i]?.orgId)
      }
    }
    const ids = found.flat().map(({ id }) => id)
    equal(new Set(ids).size, ids.length, 'two entries have one id')
  },

  'leaves the log whole: each record is in it once, and the next write comes after': async store => {
    const records = storedRecords(3)
    const { position: head } = await store.head()
    const history = new Map(records.map(({ id }) => [id, told]))
    const { span } = await store.put(records, { history })
    if (span) deepEqual(span, { after: head, upTo: (await store.head()).position })
    const { upserts, cursor, done } = await store.changes({ after: head, limit: 100 })
    deepEqual(
      upserts.map(({ id }) => id),
      records.map(({ id }) => id),
    )
    deepEqual([cursor, done], [(await store.head()).position, true])
    await store.put([storedRecord(9)])
    const next = await store.changes({ after: cursor, limit: 100 })
    deepEqual(
      next.upserts.map(({ id }) => id),
      [storedRecord(9).id],
    )
  },

  'writes none for a record that is there already, and keeps what was said of an id before': async store => {
    const [kept, again, fresh] = storedRecords(3) as [
      ReturnType<typeof storedRecord>,
      ...ReturnType<typeof storedRecords>,
    ]
    if (!again || !fresh) return
    await store.put([kept, again])
    await store.delete([keyOf(again)])
    const history = new Map([kept, again, fresh].map(({ id }) => [id, told]))
    const { duplicates } = await store.put([kept, again, fresh], { history })
    deepEqual([...duplicates.keys()], [kept.id])
    const found = await store.history([kept, again, fresh].map(keyOf))
    deepEqual(
      found.map(entries => entries.length),
      [1, 2 + past.length, past.length],
    )
    deepEqual(pastOf(found[1]).slice(2), past)
  },

  'is refused for what is no history': async store => {
    const record = storedRecord(1)
    const wrong: unknown[] = [
      {},
      new Map([[record.id, 'x']]),
      new Map([[record.id, [{ ...told[0], event: 'MOVE' }]]]),
      new Map([[record.id, [{ ...told[0], newValue: 7 }]]]),
      new Map([[record.id, [{ ...told[0], createdAt: 'now' }]]]),
    ]
    for (const history of wrong) {
      await rejects(store.put([record], { history: history as never }), { code: 'INVALID_ARGUMENT' })
    }
    await rejects(store.put([record], { history: new Map(), onTaken: 'replace' }), {
      code: 'INVALID_ARGUMENT',
    })
    equal((await store.stats()).memories, 0)
  },
})
