import { deepEqual, equal, ok } from 'node:assert/strict'
import { contentHash } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { keyOf, storedRecord, storedRecords } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { bind, boundModel, nextModel } from './model.ts'

const options = { embedder: boundModel }
const reusable = { reusable: true }

export const reuseCases: readonly Case<Store>[] = casesOf('reuse', {
  'finds the vectors of reusable records by the hash of their content, in order': async store => {
    await bind(store)
    const records = storedRecords(60, n => ({ reusable: n % 2 === 0, orgId: n % 3 === 0 ? 'other' : 'acme' }))
    await store.put(records)
    const hashes = records.map(({ hash }) => hash).toReversed()
    const vectors = await store.vectorsByHash([...hashes, contentHash('never')], options)
    equal(vectors.length, 61)
    for (const [i, { reusable, vector, id }] of records.toReversed().entries()) {
      if (reusable) assertSameBits(vectors[i], vector, id)
      else equal(vectors[i], undefined, id)
    }
    equal(vectors[60], undefined)
  },

  'a hash that is asked twice is answered twice': async store => {
    await bind(store)
    const record = storedRecord(1, reusable)
    await store.put([record])
    const [first, second] = await store.vectorsByHash([record.hash, record.hash], options)
    assertSameBits(first, record.vector, 'first')
    assertSameBits(second, record.vector, 'second')
  },

  'of many records with one text it answers one vector, by any of them that is left': async store => {
    await bind(store)
    const [{ hash, vector }] = [storedRecord(1)]
    const records = storedRecords(30, () => ({ ...reusable, content: storedRecord(1).content, vector }))
    await store.put(records)
    await store.delete(records.slice(0, 29).map(keyOf))
    assertSameBits((await store.vectorsByHash([hash], options))[0], vector, 'the one that is left')
    await store.delete(records.map(keyOf))
    deepEqual(await store.vectorsByHash([hash], options), [undefined])
  },

  'a patch of other fields leaves it as it is, new content goes by its own': async store => {
    await bind(store)
    const [a, b] = [storedRecord(1, reusable), storedRecord(2, reusable)]
    await store.put([a, b])
    const [next, other] = [storedRecord(3), storedRecord(4)]
    await store.patch([
      { key: keyOf(a), set: { importance: 1 }, updatedAt: 1 },
      { key: keyOf(b), set: { content: next.content, hash: next.hash }, vector: next.vector, updatedAt: 1 },
    ])
    const asked = [a.hash, b.hash, next.hash, other.hash]
    const [first, ...none] = await store.vectorsByHash(asked, options)
    assertSameBits(first, a.vector, 'after a patch of another field')
    deepEqual(none, [undefined, undefined, undefined], 'a vector that was not said to be reusable')
    const change = { set: { content: other.content, hash: other.hash }, vector: other.vector }
    await store.patch([{ key: keyOf(a), ...change, ...reusable, updatedAt: 2 }])
    const [gone, , , found] = await store.vectorsByHash(asked, options)
    equal(gone, undefined)
    assertSameBits(found, other.vector, 'new content')
  },

  'has nothing for a model that the Store is not bound to': async store => {
    const record = storedRecord(1, reusable)
    await store.put([record])
    deepEqual(await store.vectorsByHash([record.hash], options), [undefined], 'bound to none')
    await bind(store)
    ok((await store.vectorsByHash([record.hash], options))[0])
    deepEqual(await store.vectorsByHash([record.hash], { embedder: nextModel }), [undefined])
  },

  'takes at most 3 statements, whatever the number of hashes': async store => {
    await bind(store)
    const records = storedRecords(500, () => reusable)
    await store.put(records)
    const before = store.counters.statements
    await store.vectorsByHash(
      records.map(({ hash }) => hash),
      options,
    )
    const spent = store.counters.statements - before
    ok(spent >= 1 && spent <= 3, `${spent} statements`)
    await store.vectorsByHash([], options)
    equal(store.counters.statements, before + spent, 'an empty batch')
  },
})
