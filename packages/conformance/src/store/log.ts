import { deepEqual, equal, ok } from 'node:assert/strict'
import { scopeOf } from '@agentmem/core/adapter'
import type { Store, WriteReceipt } from '@agentmem/core/adapter'
import { idsOf, readLog } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, storedRecords } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** Fails unless the log from 0 on is exactly these records and these deleted ids. */
async function assertLog(
  store: Store,
  live: readonly SampleRecord[],
  deleted: readonly string[],
): Promise<void> {
  const log = await readLog(store)
  deepEqual(idsOf(log.upserts), idsOf(live), 'ids of live records')
  deepEqual(log.deletes.toSorted(), deleted.toSorted(), 'deleted ids')
  const byId = new Map(live.map(record => [record.id, record]))
  for (const { id, scope, vector } of log.upserts) {
    const record = byId.get(id)
    ok(record)
    deepEqual({ ...scopeOf(record), ...scope }, scopeOf(record), `scope of ${id}`)
    assertSameBits(vector, record.vector, id)
  }
}

export const logCases: readonly Case<Store>[] = casesOf('log', {
  'is empty at first': async store => {
    equal((await store.head()).position, 0)
    const page = await store.changes({ after: 0, limit: 10 })
    deepEqual({ ...page }, { upserts: [], deletes: [], cursor: 0, done: true })
  },

  'read from 0 it is the whole Store': async store => {
    const records = storedRecords(60, n => ({
      orgId: n % 3 === 0 ? 'other' : orgId,
      userId: n % 2 === 0 ? 'alice' : null,
      agentId: n % 5 === 0 ? 'agent' : null,
      runId: n % 7 === 0 ? 'run' : null,
    }))
    await store.put(records)
    const gone = records.slice(10, 15)
    await store.delete(gone.map(keyOf))
    const live = records.filter(record => !gone.includes(record))
    await assertLog(store, live, idsOf(gone))
  },

  'holds a record once, at its last change': async store => {
    const [a, b] = [storedRecord(1), storedRecord(2)]
    await store.put([a, b])
    const middle = (await store.head()).position
    await store.patch([{ key: keyOf(a), set: { importance: 1 }, updatedAt: a.updatedAt + 1 }])
    await assertLog(store, [a, b], [])
    const later = await readLog(store, middle)
    deepEqual(idsOf(later.upserts), [a.id], 'a reader from the middle sees the changed record alone')
  },

  'a record deleted and added again is there, and not deleted': async store => {
    const record = storedRecord(1)
    await store.put([record])
    await store.delete([keyOf(record)])
    await assertLog(store, [], [record.id])
    const again = storedRecord(1, { content: 'Again.', vector: storedRecord(9).vector })
    await store.put([again])
    await assertLog(store, [again], [])
  },

  'deleteAll stands in it id by id': async store => {
    const records = storedRecords(40, n => ({ userId: n % 2 === 0 ? 'alice' : 'bob' }))
    await store.put(records)
    const before = (await store.head()).position
    await store.deleteAll({ orgId, userId: 'bob' })
    const [alice, bob] = [records.filter(r => r.userId === 'alice'), records.filter(r => r.userId === 'bob')]
    await assertLog(store, alice, idsOf(bob))
    deepEqual((await readLog(store, before)).deletes.toSorted(), idsOf(bob))
  },

  'pages of any limit hold each id once and reach the head': async store => {
    const records = storedRecords(50)
    for (let start = 0; start < 50; start += 10) await store.put(records.slice(start, start + 10))
    await store.delete(records.slice(20, 25).map(keyOf))
    for (const limit of [1, 3, 7, 50, 1000]) {
      const seen: string[] = []
      for (let after = 0, done = false; !done;) {
        const page = await store.changes({ after, limit })
        ok(page.upserts.length + page.deletes.length <= limit, `more than ${limit} entries`)
        seen.push(...page.upserts.map(entry => entry.id), ...page.deletes)
        if (page.done)
          equal(page.cursor, (await store.head()).position, `limit ${limit}: where the last page ends`)
        else ok(page.cursor > after, `limit ${limit}: no progress at ${after}`)
        ;({ cursor: after, done } = page)
      }
      deepEqual(seen.toSorted(), idsOf(records), `limit ${limit}`)
    }
  },

  'nothing comes after the head': async store => {
    await store.put(storedRecords(5))
    const head = (await store.head()).position
    const page = await store.changes({ after: head, limit: 10 })
    deepEqual({ ...page }, { upserts: [], deletes: [], cursor: head, done: true })
  },

  'a late reader sees what each write did, and no more': async store => {
    const [a, b, c] = [storedRecord(1), storedRecord(2), storedRecord(3)]
    await store.put([a, b])
    const start = (await store.head()).position
    await store.put([c])
    await store.delete([keyOf(a)])
    const log = await readLog(store, start)
    deepEqual([idsOf(log.upserts), log.deletes, log.cursor], [[c.id], [a.id], (await store.head()).position])
  },

  'the head moves with every write and with nothing else': async store => {
    const record = storedRecord(1)
    const heads = [(await store.head()).position]
    const writes = [
      () => store.put([record]),
      () => store.patch([{ key: keyOf(record), set: { level: 'high' }, updatedAt: record.updatedAt }]),
      () => store.delete([keyOf(record)]),
      () => store.put([record]),
      () => store.deleteAll({ orgId }),
    ]
    for (const write of writes) {
      await write()
      heads.push((await store.head()).position)
    }
    ok(
      heads.every((head, i) => i === 0 || head > (heads[i - 1] ?? head)),
      `heads after each write: ${heads.join(', ')}`,
    )
    await store.get([keyOf(record)])
    await store.put([])
    await store.writeMeta([{ key: 'k', value: 'v' }])
    await store.delete([keyOf(record)])
    equal((await store.head()).position, heads.at(-1), 'a call that changed no record moved the head')
  },

  'has one lineage, or none, while nothing goes back': async (store, { openAgain }) => {
    const { lineage } = await store.head()
    ok(lineage !== '', 'an empty lineage')
    await store.put(storedRecords(3))
    await store.writeMeta([{ key: 'k', value: 'v' }])
    await store.deleteAll({ orgId })
    equal((await store.head()).lineage, lineage, 'after writes')
    if (openAgain && store.supports.durable) {
      await using again = await openAgain()
      equal((await again.head()).lineage, lineage, 'on another connection')
    }
  },

  'a receipt tells the positions that the write took': async store => {
    const others = storedRecords(4)
    const [a, b, c] = [storedRecord(10), storedRecord(11), storedRecord(12)]
    const patch = { key: keyOf(a), set: { importance: 0 }, updatedAt: a.updatedAt }
    await store.put(others)
    const writes: [write: () => Promise<WriteReceipt>, upserts: string[], deletes: string[]][] = [
      [() => store.put([a, b, c]), idsOf([a, b, c]), []],
      [() => store.patch([patch]), [a.id], []],
      [() => store.delete([keyOf(b), keyOf(c)]), [], idsOf([b, c])],
    ]
    for (const [write, upserts, deletes] of writes) {
      const head = (await store.head()).position
      const receipt = await write()
      const span = receipt.span ?? { after: head, upTo: (await store.head()).position }
      ok(span.after >= head, `the span ${JSON.stringify(span)} begins before the head ${head}`)
      const log = await store.changes({ after: span.after, limit: 10 })
      deepEqual([idsOf(log.upserts), log.deletes.toSorted()], [upserts, deletes])
      equal(log.cursor, span.upTo)
    }
  },

  'spans of writes at the same time do not overlap': async store => {
    const records = storedRecords(60)
    const batches = Array.from({ length: 20 }, (_, i) => records.slice(i * 3, i * 3 + 3))
    const receipts = await Promise.all(batches.map(batch => store.put(batch)))
    for (const [i, { span }] of receipts.entries()) {
      if (!span) continue
      const page = await store.changes({ after: span.after, limit: 3 })
      deepEqual([idsOf(page.upserts), page.cursor], [idsOf(batches[i] ?? []), span.upTo])
    }
    await assertLog(store, records, [])
  },

  'spans of writes at the same time that leave duplicates out are of their own records alone':
    async store => {
      const batches = Array.from({ length: 20 }, (_, b) =>
        // Every third record is the same for all.
        storedRecords(6, n => ({
          id: `${b}-${n}`,
          dedupeKey: n % 3 === 0 ? `shared ${n}` : `own ${b} ${n}`,
        })),
      )
      const receipts = await Promise.all(batches.map(batch => store.put(batch)))
      for (const [i, { span, duplicates }] of receipts.entries()) {
        if (!span) continue
        const written = idsOf(batches[i] ?? []).filter(id => !duplicates.has(id))
        const { upserts } = await store.changes({ after: span.after, limit: Math.max(1, written.length) })
        deepEqual(idsOf(upserts), written, 'records of the span')
        equal(
          upserts.length > 0 && span.upTo,
          (await store.changes({ after: span.after, limit: written.length })).cursor,
        )
      }
    },

  'a reader beside many writers skips nothing': async store => {
    const records = storedRecords(400)
    const seen: string[] = []
    let writing = true
    const reader = async (): Promise<void> => {
      for (let cursor = 0; ;) {
        const last = !writing
        const page = await store.changes({ after: cursor, limit: 16 })
        seen.push(...page.upserts.map(entry => entry.id))
        cursor = page.cursor
        if (page.done && last) return
        await new Promise(resolve => setImmediate(resolve))
      }
    }
    const reading = reader()
    const batches = Array.from({ length: 100 }, (_, i) => records.slice(i * 4, i * 4 + 4))
    await Promise.all(batches.map(batch => store.put(batch)))
    writing = false
    await reading
    deepEqual(seen.toSorted(), idsOf(records))
  },
})
