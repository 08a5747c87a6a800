import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { readAll } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

export const deleteCases: readonly Case<Store>[] = casesOf('delete', {
  'removes records and vectors, and leaves the others': async store => {
    const records = storedRecords(120)
    await store.put(records)
    const gone = records.filter((_, n) => n % 3 === 0)
    const { missing } = await store.delete(gone.map(keyOf))
    deepEqual(missing, [])
    const expected = records.map((record, n) => (n % 3 === 0 ? undefined : withoutVector(record)))
    deepEqual(await store.get(records.map(keyOf)), expected)
    deepEqual(
      await store.vectors(gone.map(keyOf)),
      gone.map(() => undefined),
    )
    equal((await store.stats()).memories, 80)
    equal((await readAll(store, { scope: { orgId } })).length, 80)
  },

  'names what is not there, ids of other organizations too, and removes the others': async store => {
    const [mine, foreign] = [storedRecord(1), storedRecord(2, { orgId: 'other' })]
    await store.put([mine, foreign])
    const keys = [keyOf(storedRecord(9)), keyOf(mine), { orgId, id: foreign.id }]
    const { missing } = await store.delete(keys)
    deepEqual(missing.toSorted(), [foreign.id, 'memory-000009'])
    deepEqual(await store.get([mine, foreign].map(keyOf)), [undefined, withoutVector(foreign)])
  },

  'leaves what belongs to others than the key names, and says that it is missing': async store => {
    const records = storedRecords(4, n => ({
      userId: n % 2 === 0 ? 'even' : 'odd',
      runId: n < 2 ? 'r' : null,
    }))
    await store.put(records)
    const keys = records.map(record => ({ ...keyOf(record), userId: 'even', runId: 'r' }))
    const { missing } = await store.delete(keys)
    const [, ...left] = records
    deepEqual(
      missing,
      left.map(({ id }) => id),
    )
    deepEqual(await store.get(records.map(keyOf)), [undefined, ...left.map(withoutVector)])
  },

  'a key that is named twice is deleted once': async store => {
    const record = storedRecord(1)
    await store.put([record])
    const { missing } = await store.delete([keyOf(record), keyOf(record)])
    deepEqual(missing, [])
    const [history] = await store.history([keyOf(record)])
    deepEqual(
      history?.map(entry => entry.event),
      ['ADD', 'DELETE'],
    )
  },

  'an id can be added again': async store => {
    const record = storedRecord(1)
    const again = storedRecord(1, { content: 'Another content.' })
    await store.put([record])
    await store.delete([keyOf(record)])
    equal((await store.put([again])).duplicates.size, 0)
    deepEqual(await store.get([keyOf(record)]), [withoutVector(again)])
  },

  'an empty batch writes nothing and sends nothing': async store => {
    const { statements } = store.counters
    deepEqual([...(await store.delete([])).missing], [])
    equal(store.counters.statements, statements)
  },
})
