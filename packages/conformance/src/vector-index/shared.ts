import { deepEqual, equal, ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { LogBatch, VectorIndex } from '@agentmem/core/adapter'
import { acme, alice, indexEntries } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case, Setup } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { assertHolds, assertMatches, fill, nearest, searchOne } from './assert-holds.ts'

const unless = ({ part }: Setup<VectorIndex>): string | undefined =>
  part.supports.shared ? undefined : `${part.name} declares supports.shared: false`

async function openedAgain({ openAgain }: Setup<VectorIndex>): Promise<VectorIndex> {
  ok(openAgain, 'an index that declares supports.shared needs openAgain in its harness')
  return openAgain()
}

/** Applies, and returns whether the index took it; a refusal must be a CONFLICT. */
async function isTaken(index: VectorIndex, batch: LogBatch): Promise<boolean> {
  try {
    await index.apply(batch)
    return true
  } catch (error) {
    ok(MemoryError.is(error), String(error))
    equal(error.code, 'CONFLICT')
    return false
  }
}

export const sharedCases: readonly Case<VectorIndex>[] = casesOf('shared', {
  'what one applies the other holds as soon as it has asked for the cursor': {
    unless,
    run: async (index, setup) => {
      await using other = await openedAgain(setup)
      const entries = indexEntries(index.dimensions, 90)
      for (let start = 0; start < 90; start += 30) {
        const [writer, reader] = start === 30 ? [other, index] : [index, other]
        const upserts = entries.slice(start, start + 30)
        await writer.apply({ upserts, deletes: [], cursor: start + 30, after: start })
        await assertHolds(reader, entries.slice(0, start + 30), start + 30)
      }
    },
  },

  'what one deletes or replaces the other does not find any more': {
    unless,
    run: async (index, setup) => {
      await using other = await openedAgain(setup)
      const entries = indexEntries(index.dimensions, 40)
      await fill(index, entries)
      await assertHolds(other, entries, 40)
      const ids = entries.map(entry => entry.id)
      ok((await other.get(ids)).every(Boolean), 'a vector is missing')
      const moved = indexEntries(index.dimensions, 40, () => alice, 2).slice(20)
      const deletes = entries.slice(0, 20).map(entry => entry.id)
      await index.apply({ upserts: moved, deletes, cursor: 80, after: 40 })
      await assertHolds(other, moved, 80)
      const [first] = entries
      if (!first) return
      assertMatches(await searchOne(other, first.vector, 40, acme), nearest(moved, first.vector, 40, acme))
      deepEqual(
        await other.get(deletes),
        deletes.map(() => undefined),
      )
    },
  },

  'a stretch that does not follow on the cursor is refused with CONFLICT, and changes nothing': {
    unless,
    run: async (index, setup) => {
      await using other = await openedAgain(setup)
      const entries = indexEntries(index.dimensions, 30)
      const held = entries.slice(0, 20)
      await fill(index, held)
      await index.apply({ upserts: [], deletes: [], cursor: 20, after: 20, slot: 'a name' })
      const late = { upserts: entries.slice(20), deletes: [held[0]?.id ?? ''], cursor: 30, slot: 'late' }
      for (const [one, after] of [
        [index, 10],
        [other, 10],
        [other, 25],
      ] as const) {
        await assertRejects('CONFLICT', `apply after ${after}`, () => one.apply({ ...late, after }))
        await assertHolds(index, held, 20)
        await assertHolds(other, held, 20)
        for (const each of [index, other]) equal(await each.slot(), 'a name')
      }
      await other.apply({ upserts: entries.slice(20), deletes: [], cursor: 30, after: 20, slot: 'next' })
      equal(await index.slot(), 'next')
      await assertHolds(index, entries, 30)
    },
  },

  'a stretch that does not say what it follows is taken': {
    unless,
    run: async (index, setup) => {
      await using other = await openedAgain(setup)
      const entries = indexEntries(index.dimensions, 10)
      await fill(index, entries)
      await other.apply({ upserts: entries.slice(0, 5), deletes: [], cursor: 10 })
      await assertHolds(index, entries, 10)
    },
  },

  'of stretches that follow the same cursor, applied at the same time, one is taken': {
    unless,
    run: async (index, setup) => {
      await using other = await openedAgain(setup)
      const entries = indexEntries(index.dimensions, 80)
      let after = 0
      while (after < 70) {
        const cursors = [after + 2, after + 4, after + 6, after + 8]
        const taken = await Promise.all(
          cursors.map((cursor, n) => {
            const upserts = entries.slice(after, cursor)
            return isTaken(n % 2 === 0 ? index : other, { upserts, deletes: [], cursor, after })
          }),
        )
        equal(taken.filter(Boolean).length, 1, 'stretches taken')
        after = cursors[taken.indexOf(true)] ?? 0
        equal(await index.cursor(), after)
        equal(await other.cursor(), after)
        const held = await other.get(entries.slice(0, after).map(entry => entry.id))
        ok(held.every(Boolean), 'a vector of the stretch that was taken is missing')
      }
      // What a refused one may have left is replaced by the stretch that it belongs to.
      await index.apply({ upserts: entries.slice(after), deletes: [], cursor: 80, after })
      await assertHolds(index, entries, 80)
      await assertHolds(other, entries, 80)
    },
  },

  'what one clears is gone for the other, whose next stretch is refused': {
    unless,
    run: async (index, setup) => {
      await using other = await openedAgain(setup)
      const entries = indexEntries(index.dimensions, 30)
      await fill(index, entries.slice(0, 20))
      equal(await other.cursor(), 20)
      await index.clear()
      await assertHolds(other, [], 0)
      const next = { upserts: entries.slice(20), deletes: [], cursor: 30 }
      await assertRejects('CONFLICT', 'apply', () => other.apply({ ...next, after: 20 }))
      await other.apply({ ...next, after: 0 })
      await assertHolds(index, entries.slice(20), 30)
    },
  },

  'while one optimizes, both go on': {
    unless,
    run: async (index, setup) => {
      await using other = await openedAgain(setup)
      const entries = indexEntries(index.dimensions, 400)
      await fill(index, entries.slice(0, 300))
      const optimizing = index.optimize()
      for (let start = 300; start < 400; start += 20) {
        const upserts = entries.slice(start, start + 20)
        await other.apply({ upserts, deletes: [], cursor: start + 20, after: start })
      }
      await optimizing
      await other.optimize()
      await assertHolds(index, entries, 400)
      await assertHolds(other, entries, 400)
    },
  },

  'closing one leaves the other open': {
    unless,
    run: async (index, setup) => {
      const other = await openedAgain(setup)
      await other.close()
      const entries = indexEntries(index.dimensions, 5)
      await fill(index, entries)
      await assertHolds(index, entries, 5)
    },
  },
})
