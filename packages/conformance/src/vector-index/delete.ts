import { deepEqual, ok } from 'node:assert/strict'
import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertHolds, assertMatches, fill, nearest, searchOne } from './assert-holds.ts'

export const deleteCases: readonly Case<VectorIndex>[] = casesOf('delete', {
  'what is deleted is not found any more': async index => {
    const entries = indexEntries(index.dimensions, 100)
    await fill(index, entries)
    const gone = entries.filter((_, n) => n % 3 === 0)
    const left = entries.filter((_, n) => n % 3 !== 0)
    await index.apply({ upserts: [], deletes: gone.map(entry => entry.id), cursor: 200 })
    for (const { vector } of gone.slice(0, 10)) {
      assertMatches(await searchOne(index, vector, 100, acme), nearest(left, vector, 100, acme))
    }
    await assertHolds(index, left, 200)
  },

  'deleting everything leaves an empty index that can be filled again': async index => {
    const entries = indexEntries(index.dimensions, 60)
    await fill(index, entries)
    await index.apply({ upserts: [], deletes: entries.map(entry => entry.id), cursor: 120 })
    await assertHolds(index, [], 120)
    const [vector] = queryVectors(index.dimensions, 1)
    ok(vector)
    deepEqual(await searchOne(index, vector, 10, acme), [])
    await index.apply({ upserts: entries, deletes: [], cursor: 180 })
    await assertHolds(index, entries, 180)
  },

  'an id that is not there can be deleted': async index => {
    const entries = indexEntries(index.dimensions, 5)
    await fill(index, entries)
    await index.apply({ upserts: [], deletes: ['nobody', 'nothing'], cursor: 6 })
    await assertHolds(index, entries, 6)
  },

  'an id that was deleted can come back with another vector': async index => {
    const [old, other] = [
      indexEntries(index.dimensions, 1)[0],
      indexEntries(index.dimensions, 1, undefined, 2)[0],
    ]
    ok(old && other)
    await index.apply({ upserts: [old], deletes: [], cursor: 1 })
    await index.apply({ upserts: [], deletes: [old.id], cursor: 2 })
    await index.apply({ upserts: [other], deletes: [], cursor: 3 })
    await assertHolds(index, [other], 3)
    assertMatches(await searchOne(index, old.vector, 5, acme), nearest([other], old.vector, 5, acme))
  },

  'many rounds of deleting and adding leave what was added last': async index => {
    const rounds = 20
    let entries = indexEntries(index.dimensions, 50)
    await fill(index, entries)
    for (let round = 1; round <= rounds; round++) {
      const deletes = entries.slice(0, 25).map(entry => entry.id)
      const added = indexEntries(index.dimensions, 25, undefined, round).map((entry, n) => ({
        ...entry,
        id: `round-${round}-${n}`,
      }))
      await index.apply({ upserts: added, deletes, cursor: 50 + round })
      entries = [...entries.slice(25), ...added]
    }
    await assertHolds(index, entries, 50 + rounds)
  },
})
