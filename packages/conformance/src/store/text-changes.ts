import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Store, StoredRecord } from '@agentmem/core/adapter'
import { idsOf } from '../data/read-store.ts'
import { readTextLog, textOf } from '../data/read-texts.ts'
import { keyOf, orgId, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { bind, nextModel } from './model.ts'
import { stagedOf } from './staging.ts'

/** Fails unless the log of texts from 0 on is exactly these records and these deleted ids. */
async function assertTexts(
  store: Store,
  live: readonly StoredRecord[],
  deleted: readonly string[],
  limit?: number,
): Promise<void> {
  const { upserts, deletes } = await readTextLog(store, 0, limit)
  const byId = <T extends { readonly id: string }>(entries: readonly T[]): T[] =>
    entries.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  deepEqual(byId(upserts), byId(live.map(textOf)))
  deepEqual(deletes.toSorted(), deleted.toSorted())
}

export const textChangesCases: readonly Case<Store>[] = casesOf('textChanges', {
  'from 0 it is every indexed text of every organization, with a delete for each other id': async store => {
    const records = storedRecords(40, n => ({
      orgId: n % 3 === 0 ? 'other' : orgId,
      runId: n % 2 === 0 ? 'r' : null,
      actorId: n % 5 === 0 ? 'Ana' : null,
      place: n % 7,
      indexed: n % 4 !== 0,
      origin: n % 6 === 1 ? ('model' as const) : ('caller' as const),
    })).map((record, n) => (n % 2 === 0 ? record : { ...record, vector: null }))
    await store.put(records)
    const hidden = idsOf(records.filter(({ indexed }) => !indexed))
    const gone = records.slice(30).map(({ id }) => id)
    await store.delete(records.slice(30).map(keyOf))
    const live = records.slice(0, 30).filter(({ indexed }) => indexed)
    for (const limit of [1, 7, 1000])
      await assertTexts(store, live, [...new Set([...hidden, ...gone])], limit)
  },

  'has the newest state of a record, at its last change': async store => {
    const [a, b] = [storedRecord(1), storedRecord(2)]
    await store.put([a, b])
    const next = storedRecord(9)
    const change = { content: next.content, hash: next.hash }
    await store.patch([{ key: keyOf(a), set: change, vector: next.vector, updatedAt: a.updatedAt + 1 }])
    await assertTexts(store, [{ ...a, ...change }, b], [])
    deepEqual(
      (await store.textChanges({ after: 0, limit: 1 })).upserts.map(({ id }) => id),
      [b.id],
    )
    await store.patch([{ key: keyOf(b), set: { indexed: false }, updatedAt: b.updatedAt + 1 }])
    await assertTexts(store, [{ ...a, ...change }], [b.id])
    await store.patch([{ key: keyOf(b), set: { indexed: true }, updatedAt: b.updatedAt + 2 }])
    await assertTexts(store, [{ ...a, ...change }, b], [])
    await store.deleteAll({ orgId })
    await assertTexts(store, [], idsOf([a, b]))
  },

  'is the same log as that of vectors, page for page': async store => {
    const records = storedRecords(50)
    await store.put(records)
    await store.delete(records.slice(10, 20).map(keyOf))
    await store.patch([{ key: keyOf(storedRecord(3)), set: { importance: 1 }, updatedAt: 1 }])
    for (let after = 0, done = false; !done;) {
      const request = { after, limit: 8 }
      const [vectors, texts] = [await store.changes(request), await store.textChanges(request)]
      deepEqual(idsOf(texts.upserts), idsOf(vectors.upserts))
      deepEqual(texts.deletes.toSorted(), vectors.deletes.toSorted())
      deepEqual([texts.cursor, texts.done], [vectors.cursor, vectors.done])
      ok(texts.done || texts.cursor > after)
      ;({ cursor: after, done } = texts)
    }
  },

  'ends where the log does, and has nothing after it': async store => {
    await store.put(storedRecords(5))
    const { cursor } = await readTextLog(store)
    equal(cursor, (await store.head()).position)
    deepEqual(await store.textChanges({ after: cursor, limit: 10 }), {
      upserts: [],
      deletes: [],
      cursor,
      done: true,
    })
  },

  'a switch of models changes no text': async store => {
    await bind(store)
    const records = storedRecords(8, n => ({ indexed: n % 4 !== 0, place: n }))
    await store.put(records)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records))
    const before = (await store.head()).position
    ok(await store.adoptStaged(nextModel))
    const [live, hidden] = [
      records.filter(({ indexed }) => indexed),
      records.filter(({ indexed }) => !indexed),
    ]
    await assertTexts(store, live, idsOf(hidden))
    equal((await readTextLog(store, before)).upserts.length, live.length, 'each stands at its new position')
  },

  'a reader beside many writers skips nothing': async store => {
    const records = storedRecords(200)
    const seen: string[] = []
    let writing = true
    const reader = async (): Promise<void> => {
      for (let cursor = 0; ;) {
        const last = !writing
        const page = await store.textChanges({ after: cursor, limit: 16 })
        seen.push(...page.upserts.map(entry => entry.id))
        cursor = page.cursor
        if (page.done && last) return
        await new Promise(resolve => setImmediate(resolve))
      }
    }
    const reading = reader()
    const batches = Array.from({ length: 50 }, (_, i) => records.slice(i * 4, i * 4 + 4))
    await Promise.all(batches.map(batch => store.put(batch)))
    writing = false
    await reading
    deepEqual(seen.toSorted(), idsOf(records))
  },

  'a page takes at most 3 statements': async store => {
    await store.put(storedRecords(100))
    const before = store.counters.statements
    await store.textChanges({ after: 0, limit: 100 })
    const spent = store.counters.statements - before
    ok(spent >= 1 && spent <= 3, `${spent} statements`)
  },
})
