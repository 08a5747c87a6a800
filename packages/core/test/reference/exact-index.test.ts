import { describe, expect, it } from 'vitest'
import { ExactIndex } from '@agentmem/core'
import type { IndexEntry } from '@agentmem/core/adapter'

// What every VectorIndex must do is shown by the conformance kit; here are answers worked out by hand.

const scope = { orgId: 'acme' }
const entry = (id: string, x: number, y: number): IndexEntry => ({ id, scope, vector: Float32Array.of(x, y) })

async function indexOf(...upserts: IndexEntry[]): Promise<ExactIndex> {
  const index = new ExactIndex(2)
  await index.apply({ upserts, deletes: [], cursor: upserts.length })
  return index
}

describe('ExactIndex', () => {
  it('takes its dimensions as a number or as an option', () => {
    expect(new ExactIndex(8).dimensions).toBe(8)
    expect(new ExactIndex({ dimensions: 8 }).dimensions).toBe(8)
  })

  it.each([0, -1, 1.5, NaN, 65_537, '8', null, undefined, {}, { dimension: 8 }, { dimensions: '8' }])(
    'refuses %j as dimensions',
    given => {
      expect(() => new ExactIndex(given as number)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      )
    },
  )

  it('scores by inner product', async () => {
    const index = await indexOf(entry('east', 1, 0), entry('north', 0, 1), entry('between', 0.75, 0.5))
    const [matches] = await index.search([{ vector: Float32Array.of(1, 0), k: 3, scope }])
    expect(matches).toEqual([
      { id: 'east', score: 1 },
      { id: 'between', score: 0.75 },
      { id: 'north', score: 0 },
    ])
  })

  it('of equal scores keeps those with the smallest ids', async () => {
    const index = await indexOf(...['d', 'b', 'c', 'a'].map(id => entry(id, 1, 0)))
    const [matches] = await index.search([{ vector: Float32Array.of(1, 0), k: 2, scope }])
    expect(matches?.map(match => match.id)).toEqual(['a', 'b'])
  })

  it('takes in the adds and the deletes of one stretch, and its cursor', async () => {
    const index = await indexOf(entry('a', 1, 0), entry('b', 0, 1))
    await index.apply({ upserts: [entry('c', 1, 0)], deletes: ['a', 'unknown'], cursor: 9 })
    expect(await index.get(['a', 'b', 'c'])).toEqual([
      undefined,
      Float32Array.of(0, 1),
      Float32Array.of(1, 0),
    ])
    expect(await index.cursor()).toBe(9)
    expect(await index.stats()).toEqual({ vectors: 2 })
  })
})
