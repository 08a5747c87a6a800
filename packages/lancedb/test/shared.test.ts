import { freshFolder, indexEntries } from '@agentmem/conformance'
import type { Scope, VectorIndex } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import type { LancedbIndexOptions } from '@agentmem/lancedb'
import { describe, expect, it, vi } from 'vitest'

vi.setConfig({ testTimeout: 60_000 })

const dimensions = 16
const org: Scope = { orgId: 'acme' }
const entries = indexEntries(dimensions, 600, () => org)

/** Two indexes over the same data: to LanceDB the same as two processes. */
async function withTwo(
  test: (a: VectorIndex, b: VectorIndex, path: string) => Promise<void>,
  options: Partial<LancedbIndexOptions> = {},
): Promise<void> {
  await using folder = await freshFolder()
  const { path } = folder
  await using a = await openLancedbIndex({ path, dimensions, ...options })
  await using b = await openLancedbIndex({ path, dimensions, ...options })
  await test(a, b, path)
}

describe('two processes', () => {
  it('see what the other has written once they ask for the cursor', () =>
    withTwo(async (a, b) => {
      const [first] = entries
      if (!first) throw new Error('There are no entries.')
      const query = { vector: first.vector, k: 5, scope: org }
      await a.apply({ upserts: [first], deletes: [], cursor: 7, after: 0 })
      expect(await b.search([query])).toEqual([[]])
      expect(await b.cursor()).toBe(7)
      expect((await b.search([query]))[0]).toMatchObject([{ id: first.id }])
      await b.clear()
      expect(await a.cursor()).toBe(0)
      expect(await a.search([query])).toEqual([[]])
    }))

  it('cannot apply a stretch that does not follow on the cursor', () =>
    withTwo(async (a, b) => {
      await a.apply({ upserts: entries.slice(0, 10), deletes: [], cursor: 10, after: 0 })
      const late = { upserts: entries.slice(10, 20), deletes: [], cursor: 20, after: 0 }
      await expect(b.apply(late)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: /stands at 10, not at 0/,
      })
      expect((await b.stats()).vectors).toBe(10)
      await b.apply({ ...late, after: 10 })
      expect(await a.cursor()).toBe(20)
    }))

  it('that apply at the same time: one wins, the other is told, and what is there is as of the cursor', () =>
    withTwo(async (a, b) => {
      let cursor = 0
      for (let round = 0; round < 15; round++) {
        const [same, ofA, ofB] = entries.slice(3 * round, 3 * round + 3)
        if (!same || !ofA || !ofB) throw new Error('There are too few entries.')
        // The later stretch holds the later word about the id that both have.
        const stretches = [
          { upserts: [same, ofA], deletes: [], cursor: cursor + 5, after: cursor },
          { upserts: [ofA, ofB], deletes: [same.id], cursor: cursor + 8, after: cursor },
        ] as const
        const outcomes = await Promise.allSettled([a.apply(stretches[0]), b.apply(stretches[1])])
        const won = outcomes.filter(({ status }) => status === 'fulfilled')
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CONFLICT' })
        }
        expect(won).toHaveLength(1)
        cursor = await a.cursor()
        expect(cursor).toBe(outcomes[0].status === 'fulfilled' ? stretches[0].cursor : stretches[1].cursor)
        expect(await b.cursor()).toBe(cursor)
        // Whoever is behind reads the log on from the cursor: here all of the later stretch.
        await b.apply({ ...stretches[1], after: cursor })
        cursor = await a.cursor()
        const held = await a.get([same.id, ofA.id, ofB.id])
        expect(held.map(vector => vector !== undefined)).toEqual([false, true, true])
      }
      expect((await a.stats()).vectors).toBe(30)
    }))

  it('that both apply the same stretch leave it once', () =>
    withTwo(async (a, b) => {
      const stretch = { upserts: entries.slice(0, 50), deletes: [], cursor: 50, after: 0 }
      const outcomes = await Promise.allSettled([a.apply(stretch), b.apply(stretch)])
      expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true)
      expect(await a.cursor()).toBe(50)
      expect((await a.stats()).vectors).toBe(50)
    }))

  it('that all apply what follows the cursor, in stretches that overlap, leave each vector once', () =>
    withTwo(async (a, b, path) => {
      await using c = await openLancedbIndex({ path, dimensions })
      for (let end = 20; end <= 300; end += 20) {
        const follow = async (index: VectorIndex, length: number): Promise<void> => {
          for (let after = await index.cursor(); after < end; after = await index.cursor()) {
            const cursor = Math.min(end, after + length)
            const upserts = entries.slice(after, cursor)
            const applying = index.apply({ upserts, deletes: [], cursor, after })
            await applying.catch((error: unknown) => expect(error).toMatchObject({ code: 'CONFLICT' }))
          }
        }
        await Promise.all([follow(a, 5), follow(b, 10), follow(c, 7)])
        expect((await a.stats()).vectors).toBe(end)
      }
    }))

  it('never show a search the index while another empties and compacts it', () =>
    withTwo(
      async (a, b) => {
        await a.apply({ upserts: entries.slice(0, 300), deletes: [], cursor: 300 })
        await b.cursor()
        for (let round = 1; round <= 5; round++) {
          const upserts = entries.slice(300, 300 + 50 * round)
          const writing = (async () => {
            await a.apply({ upserts, deletes: [], cursor: 300 + round })
            await a.optimize()
          })()
          const queries = upserts.map(({ vector }) => ({ vector, k: 3, scope: org }))
          for (const matches of await b.search(queries)) expect(matches).toHaveLength(3)
          await writing
          // The files of the version that b reads are gone by now.
          for (const matches of await b.search(queries)) expect(matches).toHaveLength(3)
          expect(await b.get([entries[0]?.id ?? ''])).toEqual([entries[0]?.vector])
        }
      },
      { keepVersionsMs: 0, exactUpTo: 400 },
    ))
})

describe('a table of other dimensions', () => {
  it('is left as it is until it is written to, and counts as empty', () =>
    withTwo(async (a, _b, path) => {
      await a.apply({ upserts: entries.slice(0, 20), deletes: [], cursor: 20 })
      await using other = await openLancedbIndex({ path, dimensions: 8 })
      expect(await other.cursor()).toBe(0)
      const why = 'the table has dimensions 16 instead of 8'
      expect(await other.stats()).toMatchObject({ vectors: 0, rebuiltBecause: why })
      const fresh = indexEntries(8, 5, () => org)
      const query = { vector: fresh[0]?.vector ?? new Float32Array(8), k: 3, scope: org }
      expect(await other.search([query])).toEqual([[]])
      expect(await other.get([entries[0]?.id ?? ''])).toEqual([undefined])
      expect((await a.stats()).vectors).toBe(20)

      await other.apply({ upserts: fresh, deletes: [], cursor: 5, after: 0 })
      expect(await other.stats()).toMatchObject({ vectors: 5, rebuiltBecause: why })
      expect((await other.search([query]))[0]).toHaveLength(3)
      expect(await a.cursor()).toBe(0)
    }))
})
