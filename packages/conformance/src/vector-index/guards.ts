import type { LogBatch, VectorIndex, VectorQuery } from '@agentmem/core/adapter'
import { acme, alice, indexEntries } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { assertHolds, fill } from './assert-holds.ts'

/** Vectors that native code must never see, each made for an index of these dimensions. */
function wrongVectors(dimensions: number): Readonly<Record<string, unknown>> {
  const holding = (value: number): Float32Array => new Float32Array(dimensions).fill(0.1).fill(value, 1, 2)
  return {
    'a vector that is too long': new Float32Array(dimensions + 1).fill(0.1),
    'a vector that is too short': new Float32Array(dimensions - 1).fill(0.1),
    'an empty vector': new Float32Array(0),
    'a vector with NaN': holding(NaN),
    'a vector with Infinity': holding(Infinity),
    'a vector with -Infinity': holding(-Infinity),
    'a vector of doubles': new Float64Array(dimensions).fill(0.1),
    'an array of numbers': Array.from({ length: dimensions }, () => 0.1),
    'a string': 'vector',
    'no vector': undefined,
  }
}

const wrongIds: Readonly<Record<string, unknown>> = {
  'an empty id': '',
  'an id with NUL': 'a\0b',
  'an id with a lone surrogate': 'a\ud800',
  'an id that is too long': 'x'.repeat(147),
  'a number as id': 1,
}

const wrongScopes: Readonly<Record<string, unknown>> = {
  'a scope without organization': { userId: 'alice' },
  'a scope with an empty user': { orgId: 'acme', userId: '' },
  'a scope with an unknown part': { orgId: 'acme', sessionId: 's' },
  'a scope with NUL': { orgId: 'acme', userId: '\0' },
  'a string as scope': 'acme',
}

export const guardCases: readonly Case<VectorIndex>[] = casesOf('guards', {
  'apply refuses wrong vectors, ids, scopes, cursors and slots, and takes in nothing of the batch':
    async index => {
      const entries = indexEntries(index.dimensions, 10)
      await fill(index, entries)
      const [good] = indexEntries(index.dimensions, 1, undefined, 2)
      if (!good) return
      const refuse = async (name: string, batch: object): Promise<void> => {
        await assertRejects('INVALID_ARGUMENT', name, () => index.apply(batch as LogBatch))
      }
      const upsert = (fields: object): object => ({
        upserts: [
          { ...good, id: 'good' },
          { ...good, id: 'bad', ...fields },
        ],
        deletes: [],
        cursor: 99,
      })
      for (const [name, vector] of Object.entries(wrongVectors(index.dimensions))) {
        await refuse(name, upsert({ vector }))
      }
      for (const [name, id] of Object.entries(wrongIds)) {
        await refuse(name, upsert({ id }))
        await refuse(name, { upserts: [], deletes: [id], cursor: 99 })
      }
      for (const [name, scope] of Object.entries(wrongScopes)) await refuse(name, upsert({ scope }))
      for (const cursor of [-1, 1.5, NaN, Infinity, '1', undefined]) {
        await refuse(`the cursor ${cursor}`, { upserts: [], deletes: [], cursor })
      }
      await refuse('an id that is added twice', upsert({ id: 'good' }))
      for (const slot of ['', 7, null, 'a\0b', 'a\ud800']) {
        await refuse(`the slot ${slot}`, { upserts: [], deletes: [], cursor: 99, slot })
      }
      await refuse('an id that is added and deleted', { upserts: [good], deletes: [good.id], cursor: 99 })
      await assertHolds(index, entries, 10)
    },

  'search refuses wrong vectors, counts, scopes and unknown options': async index => {
    const [entry] = indexEntries(index.dimensions, 1)
    if (!entry) return
    const query: VectorQuery = { vector: entry.vector, k: 1, scope: acme }
    const refuse = async (name: string, fields: object): Promise<void> => {
      const call = (): Promise<unknown> => index.search([query, { ...query, ...fields }])
      await assertRejects('INVALID_ARGUMENT', name, call)
    }
    for (const [name, vector] of Object.entries(wrongVectors(index.dimensions)))
      await refuse(name, { vector })
    for (const [name, scope] of Object.entries(wrongScopes)) await refuse(name, { scope })
    for (const k of [0, -1, 1.5, NaN, Infinity, '10']) await refuse(`k = ${k}`, { k })
    await refuse('an unknown option', { filter: {} })
  },

  'unknown options, and what is no list, are refused': async index => {
    const [good] = indexEntries(index.dimensions, 1)
    if (!good) return
    const [upserts, options] = [[good], { timeout: 1 } as object]
    const wrongs: Readonly<Record<string, () => Promise<unknown>>> = {
      'an option of apply': () => index.apply({ upserts, deletes: [], cursor: 1 }, options),
      'an option of search': () => index.search([], options),
      'an option of get': () => index.get([], options),
      'upserts that are no list': () => index.apply({ upserts: good as never, deletes: [], cursor: 1 }),
      'no deletes': () => index.apply({ upserts, cursor: 1 } as never),
      'one query': () => index.search({ vector: good.vector, k: 1, scope: acme } as never),
      'one id': () => index.get('entry-000000' as never),
    }
    for (const [name, call] of Object.entries(wrongs)) await assertRejects('INVALID_ARGUMENT', name, call)
    await assertHolds(index, [], 0)
  },

  'get refuses wrong ids': async index => {
    for (const [name, id] of Object.entries(wrongIds)) {
      await assertRejects('INVALID_ARGUMENT', name, () => index.get([id as string]))
    }
  },

  'goes on as before after a refusal': async index => {
    const entries = indexEntries(index.dimensions, 20)
    await fill(index, entries)
    const wrong = { id: 'wrong', scope: alice, vector: new Float32Array(index.dimensions + 1) }
    await assertRejects('INVALID_ARGUMENT', 'a wrong vector', () =>
      index.apply({ upserts: [wrong], deletes: [], cursor: 21 }),
    )
    await index.optimize()
    await assertHolds(index, entries, 20)
  },
})
