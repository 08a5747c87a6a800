import { deepEqual, equal } from 'node:assert/strict'
import type { VectorIndex } from '@agentmem/core/adapter'
import { indexEntries } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertHolds, fill } from './assert-holds.ts'

export const clearCases: readonly Case<VectorIndex>[] = casesOf('clear', {
  'forgets the vectors, the cursor and the slot': async index => {
    const entries = indexEntries(index.dimensions, 50)
    await fill(index, entries)
    await index.apply({ upserts: [], deletes: [], cursor: 51, slot: 'a name' })
    await index.clear()
    await assertHolds(index, [], 0)
    equal(await index.slot(), undefined)
    const ids = entries.map(entry => entry.id)
    deepEqual(
      await index.get(ids),
      ids.map(() => undefined),
    )
  },

  'can be filled again': async index => {
    await fill(index, indexEntries(index.dimensions, 50))
    await index.clear()
    const entries = indexEntries(index.dimensions, 30, undefined, 2)
    await fill(index, entries)
    await assertHolds(index, entries, 30)
  },

  'an empty index can be cleared': async index => {
    await index.clear()
    await assertHolds(index, [], 0)
  },
})
