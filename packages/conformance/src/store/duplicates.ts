import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { assertUnchanged, idsOf, readLog, stateOf } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords, uniqueRecord, withoutVector } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'

const content = 'The same words.'

export const duplicateCases: readonly Case<Store>[] = casesOf('duplicates', {
  'a record whose id is there is left out and named': async store => {
    const records = storedRecords(10)
    await store.put(records.slice(0, 4))
    const { duplicates } = await store.put(records)
    deepEqual(duplicates, new Map(records.slice(0, 4).map(({ id }) => [id, id])))
    deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  },

  'the same batch may be sent twice': async store => {
    const records = storedRecords(100, n => (n % 2 === 0 ? uniqueRecord(n) : {}))
    await store.put(records)
    const before = await stateOf(store)
    const { duplicates } = await store.put(records)
    deepEqual(duplicates, new Map(records.map(({ id }) => [id, id])))
    await assertUnchanged(store, before)
    const history = await store.history(records.map(keyOf))
    ok(history.every(entries => entries.length === 1))
  },

  'a record whose dedupe key is taken is left out, and the holder named': async store => {
    const [holder, late] = [uniqueRecord(1, { content }), uniqueRecord(2, { content })]
    await store.put([holder])
    const other = uniqueRecord(3)
    const { duplicates } = await store.put([late, other])
    deepEqual(duplicates, new Map([[late.id, holder.id]]))
    deepEqual(await store.get([late, other].map(keyOf)), [undefined, withoutVector(other)])
    deepEqual(await store.history([keyOf(late)]), [[]])
    deepEqual(idsOf((await readLog(store)).upserts), idsOf([holder, other]))
  },

  'of one dedupe key in a batch the first is kept': async store => {
    const same = [uniqueRecord(5, { content }), uniqueRecord(3, { content }), uniqueRecord(4, { content })]
    const others = [storedRecord(1), uniqueRecord(2)]
    const { duplicates } = await store.put([...others, ...same])
    const [first, ...rest] = same
    ok(first)
    deepEqual(duplicates, new Map(rest.map(({ id }) => [id, first.id])))
    equal((await store.stats()).memories, 3)
  },

  'of one dedupe key in writes at the same time one is kept, and all others name it': async store => {
    const records = Array.from({ length: 40 }, (_, n) => uniqueRecord(n, { content }))
    const receipts = await Promise.all(records.map(record => store.put([record])))
    const kept = (await store.get(records.map(keyOf))).filter(record => record !== undefined)
    equal(kept.length, 1, `${kept.length} of 40 are kept`)
    const [holder] = kept
    for (const [i, { id }] of records.entries()) {
      equal(receipts[i]?.duplicates.get(id), id === holder?.id ? undefined : holder?.id)
    }
    equal((await readLog(store)).upserts.length, 1)
  },

  'batches at the same time with crossed dedupe keys keep each once': async store => {
    const batch = (from: number, step: number): ReturnType<typeof uniqueRecord>[] =>
      Array.from({ length: 50 }, (_, i) => {
        const n = step > 0 ? i : 49 - i
        return uniqueRecord(from + n, { content: `Shared words ${n}.` })
      })
    const batches = [batch(0, 1), batch(100, -1), batch(200, 1), batch(300, -1)]
    const receipts = await Promise.all(batches.map(records => store.put(records)))
    const kept = (await store.get(batches.flat().map(keyOf))).filter(record => record !== undefined)
    deepEqual(new Set(kept.map(record => record.content)).size, 50)
    equal(kept.length, 50, 'each content once')
    const named = receipts.flatMap(receipt => [...receipt.duplicates.values()])
    equal(named.length, 150, 'every record that is not kept is named')
    const ids = new Set(kept.map(record => record.id))
    ok(
      named.every(id => ids.has(id)),
      'a receipt names a record that is not there',
    )
  },

  'a record with a dedupe key yields to a plain one of the same scope and content': async store => {
    const plain = storedRecord(1, { content })
    await store.put([plain])
    const { duplicates } = await store.put([uniqueRecord(2, { content })])
    deepEqual(duplicates, new Map([['memory-000002', plain.id]]))
    equal((await store.stats()).memories, 1)
  },

  'a record with a dedupe key yields to a plain one before it in the batch': async store => {
    const plain = storedRecord(1, { content })
    const { duplicates } = await store.put([plain, uniqueRecord(2, { content })])
    deepEqual(duplicates, new Map([['memory-000002', plain.id]]))
    equal((await store.stats()).memories, 1)
  },

  'a record without a dedupe key yields to none': async store => {
    await store.put([uniqueRecord(1, { content })])
    const { duplicates } = await store.put([storedRecord(2, { content }), storedRecord(3, { content })])
    equal(duplicates.size, 0)
    equal((await store.stats()).memories, 3)
  },

  'the same content in another scope is another memory': async store => {
    const scopes = [
      { userId: 'alice' },
      { userId: 'bob' },
      { userId: null },
      { userId: 'alice', agentId: 'agent' },
      { userId: 'alice', runId: 'agent' },
      { userId: null, agentId: 'alice' },
      { userId: 'alice', orgId: 'other' },
      { userId: 'Alice' },
      { userId: 'alice ' },
    ]
    await store.put(scopes.map((scope, n) => storedRecord(n, { content, ...scope })).slice(0, 5))
    const unique = scopes.slice(5).map((scope, n) => uniqueRecord(n + 10, { content, ...scope }))
    equal((await store.put(unique)).duplicates.size, 0)
    const again = scopes.map((scope, n) => uniqueRecord(n + 20, { content, ...scope }))
    equal((await store.put(again)).duplicates.size, again.length)
  },

  'a dedupe key is free again when its record is deleted': async store => {
    const [first, second] = [uniqueRecord(1, { content }), uniqueRecord(2, { content })]
    await store.put([first])
    await store.delete([keyOf(first)])
    equal((await store.put([second])).duplicates.size, 0)
    deepEqual(await store.get([keyOf(second)]), [withoutVector(second)])
  },

  'an id that another organization has is a CONFLICT, and nothing is written': async store => {
    const held = storedRecord(3, { orgId: 'other' })
    await store.put([held])
    const before = await stateOf(store)
    await assertRejects('CONFLICT', 'an id of another organization', () => store.put(storedRecords(6)))
    await assertUnchanged(store, before)
    deepEqual(await store.get([keyOf(held)]), [withoutVector(held)])
  },
})
