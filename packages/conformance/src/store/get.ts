import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { keyOf, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

export const getCases: readonly Case<Store>[] = casesOf('get', {
  'answers in the order of the keys': async store => {
    const records = storedRecords(200)
    await store.put(records)
    const asked = new Random(1).shuffle(records)
    deepEqual(await store.get(asked.map(keyOf)), asked.map(withoutVector))
  },

  'answers undefined where there is nothing': async store => {
    const records = storedRecords(3)
    await store.put(records)
    const [first, second, third] = records.map(withoutVector)
    const keys = [storedRecord(7), storedRecord(2), storedRecord(8), storedRecord(1), storedRecord(0)]
    deepEqual(await store.get(keys.map(keyOf)), [undefined, third, undefined, second, first])
  },

  'answers a key as often as it is asked': async store => {
    const record = storedRecord(1)
    await store.put([record])
    const keys = [record, storedRecord(2), record, record].map(keyOf)
    const kept = withoutVector(record)
    deepEqual(await store.get(keys), [kept, undefined, kept, kept])
  },

  'an id of another organization does not exist': async store => {
    const record = storedRecord(1)
    await store.put([record])
    const foreign = { orgId: 'other', id: record.id }
    deepEqual(await store.get([foreign, keyOf(record)]), [undefined, withoutVector(record)])
    deepEqual(await store.vectors([foreign]), [undefined])
    deepEqual(await store.history([foreign]), [[]])
  },

  'a key that names a user, an agent or a run finds only what belongs to them': async store => {
    const [record, unowned] = [
      storedRecord(1, { userId: 'u', agentId: 'a', runId: 'r' }),
      storedRecord(2, { userId: 'u' }),
    ]
    await store.put([record, unowned])
    const key = keyOf(record)
    const own = [{ userId: 'u' }, { agentId: 'a', runId: 'r' }, { userId: 'u', agentId: 'a', runId: 'r' }]
    const others = [{ userId: 'v' }, { agentId: 'u' }, { userId: 'u', runId: 'a' }]
    const keys = [...own, ...others].map(parts => ({ ...key, ...parts }))
    keys.push({ ...keyOf(unowned), agentId: 'a' })
    const isOwn = keys.map((_, i) => i < own.length)
    deepEqual(
      await store.get(keys),
      isOwn.map(own => (own ? withoutVector(record) : undefined)),
    )
    deepEqual(
      (await store.vectors(keys)).map(vector => vector !== undefined),
      isOwn,
    )
    deepEqual(
      (await store.history(keys)).map(entries => entries.length === 1),
      isOwn,
    )
  },

  'tells apart the same words in other places of a key': async store => {
    const record = storedRecord(1, { orgId: 'a', id: 'b' })
    await store.put([record])
    const keys = [{ orgId: 'b', id: 'a' }, { orgId: 'ab', id: 'b' }, keyOf(record)]
    deepEqual(await store.get(keys), [undefined, undefined, withoutVector(record)])
  },

  'no keys, no answers, no statements': async store => {
    const { statements } = store.counters
    deepEqual(await store.get([]), [])
    deepEqual(await store.vectors([]), [])
    deepEqual(await store.history([]), [])
    equal(store.counters.statements, statements)
  },

  'what is kept does not change with an answer': async store => {
    const record = storedRecord(1, { metadata: { list: [1, 2] } })
    await store.put([record])
    const [answer] = await store.get([keyOf(record)])
    ok(answer)
    Object.assign(answer.metadata, { list: 'changed' })
    const [vector] = await store.vectors([keyOf(record)])
    vector?.fill(0)
    deepEqual(await store.get([keyOf(record)]), [withoutVector(record)])
    const [kept] = await store.vectors([keyOf(record)])
    assertSameBits(kept, record.vector, record.id)
  },
})
