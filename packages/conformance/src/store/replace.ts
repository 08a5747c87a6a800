import { deepEqual, equal, ok } from 'node:assert/strict'
import { contentHash } from '@agentmem/core/adapter'
import type { Store, StoredRecord } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { readAll, readLog } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, storedRecords, uniqueRecord, withoutVector } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { storeDimensions, unitVector } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'

const replace = { onTaken: 'replace' } as const

/** Another record of the n-th id, in all that can be another. */
function other(n: number, fields: Partial<SampleRecord> = {}): SampleRecord {
  const content = fields.content ?? `What memory ${n} says now.`
  return storedRecord(n, {
    content,
    hash: contentHash(content),
    metadata: { changed: n },
    type: 'semantic',
    level: 'high',
    importance: 0.9,
    createdAt: 5,
    updatedAt: 7_000,
    place: 3,
    expiresAt: 9_000,
    createdBy: 'ben',
    updatedBy: 'ben',
    actorId: 'ben',
    role: 'assistant',
    vector: unitVector(new Random(n + 500), storeDimensions),
    ...fields,
  })
}

/** What is to be there once `after` has taken the place of `before`. */
function replaced(before: StoredRecord, after: StoredRecord, version = 2): StoredRecord {
  const { createdAt, createdBy, place } = before
  return { ...after, createdAt, createdBy, place, version }
}

export const replaceCases: readonly Case<Store>[] = casesOf('onTaken', {
  'replace writes the new over the old, and keeps when and by whom it was added': async store => {
    const records = storedRecords(5, n => ({ createdBy: 'ana', updatedBy: 'ana', place: n }))
    await store.put(records)
    const news = records.map((_, n) => other(n))
    const receipt = await store.put(news, replace)
    deepEqual([...receipt.duplicates], [])
    deepEqual(receipt.replaced, new Map(news.map(({ id }) => [id, 2])))
    const expected = records.map((before, n) => replaced(before, news[n] ?? before))
    deepEqual(await store.get(records.map(keyOf)), expected.map(withoutVector))
    deepEqual(
      await store.vectors(records.map(keyOf)),
      news.map(({ vector }) => vector),
    )
    equal((await store.stats()).memories, 5)
  },

  'the history has an UPDATE with what was said before, the log each id once, at its end': async store => {
    const records = storedRecords(4)
    await store.put(records)
    const { upTo = 0 } = (await store.put([other(1), other(9)], { ...replace, actor: 'admin' })).span ?? {}
    const log = await readLog(store)
    const ids = log.upserts.map(({ id }) => id)
    deepEqual(
      ids.slice(0, 3),
      [0, 2, 3].map(n => storedRecord(n).id),
    )
    deepEqual(
      ids.slice(3).toSorted(),
      [1, 9].map(n => storedRecord(n).id),
    )
    equal(log.cursor, upTo)
    const [of1 = [], of9 = []] = await store.history([storedRecord(1), storedRecord(9)].map(keyOf))
    deepEqual(
      of1.map(({ event, previousValue, newValue, actorId, createdAt }) => [
        event,
        previousValue,
        newValue,
        actorId,
        createdAt,
      ]),
      [
        ['ADD', null, storedRecord(1).content, null, storedRecord(1).createdAt],
        ['UPDATE', storedRecord(1).content, other(1).content, 'admin', 7_000],
      ],
    )
    deepEqual(
      of9.map(({ event }) => event),
      ['ADD'],
    )
  },

  'keep, the default, changes nothing': async store => {
    await store.put(storedRecords(2))
    for (const options of [{}, { onTaken: 'keep' } as const]) {
      const { duplicates, replaced: none } = await store.put([other(0)], options)
      deepEqual([[...duplicates], none], [[[storedRecord(0).id, storedRecord(0).id]], undefined])
    }
    deepEqual(await store.get([keyOf(storedRecord(0))]), [withoutVector(storedRecord(0))])
  },

  'replace leaves an id of another scope alone, and writes nothing': async store => {
    await store.put([storedRecord(0, { userId: 'bob' })])
    await assertRejects('CONFLICT', 'put', () => store.put([other(1), other(0)], replace))
    deepEqual((await readAll(store, { scope: { orgId } })).length, 1)
  },

  'replace leaves out what another id has, and frees what it had itself': async store => {
    const [one, two] = [uniqueRecord(1), uniqueRecord(2)]
    await store.put([one, two])
    const { content, hash, dedupeKey } = two
    const receipt = await store.put([{ ...one, content, hash, dedupeKey }], replace)
    deepEqual([...receipt.duplicates], [[one.id, two.id]])
    equal(receipt.replaced?.size ?? 0, 0)
    // The same content, with its own key.
    deepEqual((await store.put([one], replace)).replaced, new Map([[one.id, 2]]))
    await store.put(
      [uniqueRecord(1, { content: 'Another text.', hash: contentHash('Another text.') })],
      replace,
    )
    const again = await store.put([{ ...one, id: 'memory-again' }])
    equal(again.duplicates.size, 0, 'the old dedupe key is still taken')
  },

  'a record without a dedupe key is replaced by itself, and keeps no other out': async store => {
    await store.put([storedRecord(1)])
    const unique = uniqueRecord(1)
    deepEqual((await store.put([unique], replace)).replaced, new Map([[unique.id, 2]]))
    deepEqual(
      [...(await store.put([{ ...unique, id: 'memory-twice' }], replace)).duplicates],
      [['memory-twice', unique.id]],
    )
  },

  'a record that is no longer indexed, or has no vector, is a delete in the log': async store => {
    await store.put(storedRecords(3))
    await store.put([other(0, { indexed: false }), { ...other(1), vector: null }], replace)
    const { upserts, deletes } = await readLog(store)
    deepEqual(
      upserts.map(({ id }) => id),
      [storedRecord(2).id],
    )
    deepEqual(deletes.toSorted(), [storedRecord(0).id, storedRecord(1).id])
    await store.put([other(0)], replace)
    ok((await readLog(store)).upserts.some(({ id }) => id === storedRecord(0).id))
  },

  'ten writers of one id leave one record, and an unbroken history': async store => {
    const writes = Array.from({ length: 10 }, (_, n) => {
      const content = `Write ${n}.`
      return store.put([other(0, { content, hash: contentHash(content) })], replace)
    })
    await Promise.all(writes)
    const [record] = await store.get([keyOf(storedRecord(0))])
    equal(record?.version, 10)
    const [history = []] = await store.history([keyOf(storedRecord(0))])
    deepEqual(
      history.map(({ event }) => event),
      ['ADD', ...Array.from({ length: 9 }, () => 'UPDATE')],
    )
    history.slice(1).forEach(({ previousValue }, i) => equal(previousValue, history[i]?.newValue))
    equal(history.at(-1)?.newValue, record?.content)
  },
})
