import { deepEqual } from 'node:assert/strict'
import type { VectorIndex } from '@agentmem/core/adapter'
import { indexEntries } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertHolds, fill } from './assert-holds.ts'

export const clearCases: readonly Case<VectorIndex>[] = casesOf('clear', {
  'forgets the vectors and the cursor': async index => {
    const entries = indexEntries(index.dimensions, 50)
    await fill(index, entries)
    await index.clear()
    await assertHolds(index, [], 0)
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
