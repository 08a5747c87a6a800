import { deepEqual, equal, ok } from 'node:assert/strict'
import type { VectorIndex } from '@agentmem/core/adapter'
import { indexEntries } from '../data/index-entries.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { fill } from './assert-holds.ts'

export const getCases: readonly Case<VectorIndex>[] = casesOf('get', {
  'gives every vector bit for bit, in the order of the ids': async index => {
    const entries = indexEntries(index.dimensions, 50)
    await fill(index, entries)
    const asked = entries.toReversed()
    const held = await index.get(asked.map(entry => entry.id))
    equal(held.length, asked.length)
    for (const [i, { id, vector }] of asked.entries()) assertSameBits(held[i], vector, id)
  },

  'keeps denormals and -0': async index => {
    const [entry] = indexEntries(index.dimensions, 1)
    ok(entry)
    const vector = new Float32Array(index.dimensions)
    vector.set([-0, 1e-45, -1e-40, 1.1754942e-38])
    vector[vector.length - 1] = 1
    await index.apply({ upserts: [{ ...entry, vector }], deletes: [], cursor: 1 })
    const [held] = await index.get([entry.id])
    assertSameBits(held, vector, entry.id)
  },

  'gives undefined where there is nothing, and an id as often as it is asked': async index => {
    const entries = indexEntries(index.dimensions, 3)
    await fill(index, entries)
    await index.apply({ upserts: [], deletes: ['entry-000001'], cursor: 4 })
    const held = await index.get(['entry-000002', 'nobody', 'entry-000001', 'entry-000002'])
    deepEqual(
      held.map(vector => vector !== undefined),
      [true, false, false, true],
    )
    for (const i of [0, 3]) if (entries[2]) assertSameBits(held[i], entries[2].vector, 'entry-000002')
  },

  'what is kept does not change with an answer': async index => {
    const [entry] = indexEntries(index.dimensions, 1)
    ok(entry)
    await index.apply({ upserts: [entry], deletes: [], cursor: 1 })
    const [answer] = await index.get([entry.id])
    answer?.fill(0)
    const [held] = await index.get([entry.id])
    assertSameBits(held, entry.vector, entry.id)
  },
})
