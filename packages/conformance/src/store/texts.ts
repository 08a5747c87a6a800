import { deepEqual, equal, ok } from 'node:assert/strict'
import { compareCodePoints, inScope, scopeOf } from '@agentmem/core/adapter'
import type { Store, StoredRecord, TextEntry } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { Random } from '../data/random.ts'
import { readTexts, textOf } from '../data/read-texts.ts'
import { keyOf, orgId, startTime, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

const scope = { orgId }
const alice = { orgId, userId: 'alice' }

/** Records with few different times and places, written in no order. */
function tiedRecords(count: number): StoredRecord[] {
  const random = new Random(11)
  const fields = (): object => ({ createdAt: startTime + random.below(6), place: random.below(4) })
  return random.shuffle(storedRecords(count, fields))
}

function ordered(records: readonly StoredRecord[]): TextEntry[] {
  return records
    .map(textOf)
    .toSorted((a, b) => a.createdAt - b.createdAt || a.place - b.place || compareCodePoints(a.id, b.id))
}

export const textsCases: readonly Case<Store>[] = casesOf('texts', {
  'gives each text of a scope once, in order of time, place and id, in pages of any size': async store => {
    const records = tiedRecords(60)
    await store.put(records)
    for (const asked of [scope, alice]) {
      for (const pageSize of [1, 7, 60, 500]) {
        deepEqual(
          await readTexts(store, { scope: asked, pageSize }),
          ordered(records),
          `pages of ${pageSize}`,
        )
      }
    }
    deepEqual(await readTexts(store, { scope: { orgId: 'nobody' } }), [])
  },

  'gives all that a ranking knows of a memory, and nothing else': async store => {
    const record = storedRecord(1, {
      agentId: 'a',
      runId: 'r',
      actorId: 'Ana',
      place: 3,
      importance: 1,
      origin: 'model',
    })
    await store.put([record])
    for await (const [text] of store.texts({ scope })) {
      deepEqual(Object.keys(text ?? {}).toSorted(), Object.keys(textOf(record)).toSorted())
    }
    deepEqual(await readTexts(store, { scope }), [textOf(record)])
  },

  'sees exactly the scope': async store => {
    const names = [null, 'a', 'b'] as const
    const records = names
      .flatMap(userId => names.flatMap(agentId => names.map(runId => ({ userId, agentId, runId }))))
      .flatMap(fields => [fields, { ...fields, orgId: 'other' }])
      .map((fields, n) => storedRecord(n, fields))
    await store.put(records)
    for (const userId of [undefined, 'a', 'nobody']) {
      for (const agentId of [undefined, 'b']) {
        for (const runId of [undefined, 'a']) {
          const asked = { orgId, userId, agentId, runId }
          const expected = records.filter(record => inScope(scopeOf(record), asked))
          deepEqual(await readTexts(store, { scope: asked }), ordered(expected), JSON.stringify(asked))
        }
      }
    }
  },

  'leaves out what is not indexed, and nothing for want of a vector': async store => {
    const records = storedRecords(40, n => ({ indexed: n % 3 !== 0 })).map((record, n) =>
      n % 2 === 0 ? record : { ...record, vector: null },
    )
    await store.put(records)
    const expected = ordered(records.filter(({ indexed }) => indexed))
    for (const asked of [scope, alice])
      deepEqual(await readTexts(store, { scope: asked, pageSize: 5 }), expected)
    await store.patch([{ key: keyOf(storedRecord(1)), set: { indexed: false }, updatedAt: 1 }])
    const rest = expected.filter(({ id }) => id !== storedRecord(1).id)
    deepEqual(await readTexts(store, { scope: alice }), rest)
  },

  'gives text of every kind as it was written': async store => {
    const records = hostileStrings.map((content, n) =>
      storedRecord(n, { content, actorId: content.slice(0, 9) }),
    )
    await store.put(records)
    deepEqual(await readTexts(store, { scope: alice, pageSize: 4 }), ordered(records))
  },

  'no text is met twice or missed while others come, change and go': async store => {
    const records = storedRecords(80, n => ({ actorId: n % 4 === 3 ? 'passing' : 'staying' }))
    const passing = records.filter(({ actorId }) => actorId === 'passing')
    for (const asked of [scope, alice]) {
      await store.deleteAll(scope)
      await store.put(records)
      const met: TextEntry[] = []
      let page = 0
      for await (const texts of store.texts({ scope: asked, pageSize: 10 })) {
        met.push(...texts)
        const createdAt = page % 2 === 0 ? startTime + page * 10_000 : startTime - page
        await store.put([storedRecord(1000 + page, { createdAt, actorId: 'new' })])
        const gone = passing[page++]
        if (gone) await store.delete([keyOf(gone)])
      }
      equal(new Set(met.map(({ id }) => id)).size, met.length, 'a text was met twice')
      const staying = met.filter(({ actorId }) => actorId === 'staying').map(({ id }) => id)
      deepEqual(
        staying,
        records.filter(({ actorId }) => actorId === 'staying').map(({ id }) => id),
      )
    }
  },

  'takes one statement a page, and one to see the end': async store => {
    await store.put(storedRecords(50))
    for (const asked of [scope, alice]) {
      const before = store.counters.statements
      equal((await readTexts(store, { scope: asked, pageSize: 10 })).length, 50)
      const spent = store.counters.statements - before
      ok(spent >= 1 && spent <= 6, `${spent} statements for 5 pages`)
    }
  },
})
