import { deepEqual, equal } from 'node:assert/strict'
import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, alice, indexEntries } from '../data/index-entries.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertHolds, assertMatches, fill, nearest, searchOne } from './assert-holds.ts'

export const applyCases: readonly Case<VectorIndex>[] = casesOf('apply', {
  'takes in vectors and remembers the cursor': async index => {
    const entries = indexEntries(index.dimensions, 100)
    await index.apply({ upserts: entries, deletes: [], cursor: 100 })
    await assertHolds(index, entries, 100)
  },

  'adds to what is there': async index => {
    const entries = indexEntries(index.dimensions, 120)
    await index.apply({ upserts: entries.slice(0, 50), deletes: [], cursor: 50 })
    await index.apply({ upserts: entries.slice(50, 51), deletes: [], cursor: 51 })
    await index.apply({ upserts: entries.slice(51), deletes: [], cursor: 999 })
    await assertHolds(index, entries, 999)
  },

  'replaces the vector of an id that is there': async index => {
    const entries = indexEntries(index.dimensions, 20)
    const moved = indexEntries(index.dimensions, 20, () => alice, 2).slice(0, 5)
    await index.apply({ upserts: entries, deletes: [], cursor: 20 })
    await index.apply({ upserts: moved, deletes: [], cursor: 25 })
    const now = [...moved, ...entries.slice(5)]
    await assertHolds(index, now, 25)
    const held = await index.get(now.map(entry => entry.id))
    for (const [i, { id, vector }] of now.entries()) assertSameBits(held[i], vector, id)
    const [first] = entries
    if (first) {
      assertMatches(await searchOne(index, first.vector, 20, acme), nearest(now, first.vector, 20, acme))
    }
  },

  'moves an id to the scope it was given last': async index => {
    const [entry] = indexEntries(index.dimensions, 1)
    if (!entry) return
    const bob = { orgId: 'acme', userId: 'bob' }
    await index.apply({ upserts: [entry], deletes: [], cursor: 1 })
    await index.apply({ upserts: [{ ...entry, scope: bob }], deletes: [], cursor: 2 })
    deepEqual(await searchOne(index, entry.vector, 5, alice), [])
    assertMatches(await searchOne(index, entry.vector, 5, bob), [{ id: entry.id, score: 1 }])
  },

  'the same stretch twice leaves the same index': async index => {
    const entries = indexEntries(index.dimensions, 40)
    const gone = entries.slice(0, 10)
    await index.apply({ upserts: gone, deletes: [], cursor: 10 })
    const stretch = { upserts: entries.slice(10), deletes: gone.map(entry => entry.id), cursor: 50 }
    await index.apply(stretch)
    await index.apply(stretch)
    await assertHolds(index, entries.slice(10), 50)
  },

  'a stretch without changes moves the cursor': async index => {
    await index.apply({ upserts: [], deletes: [], cursor: 7 })
    equal(await index.cursor(), 7)
  },

  'keeps the slot of the last stretch, and none where that has none': async index => {
    const [entry] = indexEntries(index.dimensions, 1)
    if (!entry) return
    for (const slot of ['first', 'another', undefined, 'first']) {
      await index.apply({ upserts: [entry], deletes: [], cursor: 5, slot })
      equal(await index.slot(), slot)
    }
    await index.apply({ upserts: [], deletes: [], cursor: 5, slot: 'of nothing else' })
    equal(await index.slot(), 'of nothing else')
    await assertHolds(index, [entry], 5)
    assertMatches(await searchOne(index, entry.vector, 5, acme), [{ id: entry.id, score: 1 }])
  },

  'the cursor of an empty index is 0, and it has no slot': async index => {
    equal(await index.cursor(), 0)
    equal(await index.slot(), undefined)
    equal((await index.stats()).vectors, 0)
  },

  'what is kept does not change with the vectors that were given': async index => {
    const [entry] = indexEntries(index.dimensions, 1)
    if (!entry) return
    const given = { ...entry, vector: entry.vector.slice() }
    await index.apply({ upserts: [given], deletes: [], cursor: 1 })
    given.vector.fill(0)
    const [held] = await index.get([entry.id])
    assertSameBits(held, entry.vector, entry.id)
  },

  'takes batches applied one after another without waiting': async index => {
    const entries = indexEntries(index.dimensions, 200)
    const batches = Array.from({ length: 10 }, (_, i) => entries.slice(i * 20, i * 20 + 20))
    await Promise.all(
      batches.map((upserts, i) => index.apply({ upserts, deletes: [], cursor: (i + 1) * 20 })),
    )
    await assertHolds(index, entries, 200)
  },

  'finds every vector again after optimize': async index => {
    const entries = indexEntries(index.dimensions, 600)
    await fill(index, entries)
    await index.optimize()
    await assertHolds(index, entries, 600)
  },
})
