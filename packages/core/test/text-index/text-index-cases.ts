import { expect } from 'vitest'
import type { TextAnswer, TextIndex, TextQuery } from '../../src/contracts/text-index.ts'
import { keyOf } from '../../src/contracts/record-keys.ts'
import type { StoredRecord } from '../../src/contracts/record.ts'
import type { Store } from '../../src/contracts/store.ts'
import { storedRecord } from '../kit/stored-record.ts'

/** A text index, and the Store whose log it follows. */
export interface TextSetup {
  readonly store: Store
  readonly texts: TextIndex
}

/** What every text index must do, whatever it is made of. */
export interface TextCase {
  readonly name: string
  readonly run: (setup: TextSetup) => Promise<void>
}

const scope = { orgId: 'default', userId: 'alice' }

/** A memory of alice without a vector. */
export function said(id: string, content: string, fields: Partial<StoredRecord> = {}): StoredRecord {
  const { vector: _, ...record } = storedRecord(id, new Float32Array(), { content, runId: 'r', ...fields })
  return { ...record, vector: null }
}

async function ask(
  { texts }: TextSetup,
  query: string,
  options: Partial<TextQuery> = {},
): Promise<TextAnswer> {
  const [answer] = await texts.search([{ query, k: 10, scope, ...options }])
  if (!answer) throw new Error('There is one answer a query.')
  return answer
}

async function found(setup: TextSetup, query: string, options: Partial<TextQuery> = {}): Promise<string[]> {
  return (await ask(setup, query, { context: false, ...options })).matches.map(({ id }) => id)
}

export const textIndexCases: readonly TextCase[] = [
  {
    name: 'finds what was there before it was first asked',
    run: async setup => {
      await setup.store.put([said('a', 'green tea'), said('b', 'rain')])
      expect(await found(setup, 'tea')).toEqual(['a'])
    },
  },
  {
    name: 'finds what was added since, at once',
    run: async setup => {
      expect(await found(setup, 'tea')).toEqual([])
      await setup.store.put([said('a', 'green tea')])
      expect(await found(setup, 'tea')).toEqual(['a'])
    },
  },
  {
    name: 'finds a text by its new words after a change, and no more by the old ones',
    run: async setup => {
      await setup.store.put([said('a', 'green tea')])
      expect(await found(setup, 'tea')).toEqual(['a'])
      const key = { ...scope, runId: 'r', id: 'a' }
      await setup.store.patch([{ key, set: { content: 'rain', hash: 'h' }, vector: null, updatedAt: 2 }])
      expect(await found(setup, 'tea')).toEqual([])
      expect(await found(setup, 'rain')).toEqual(['a'])
    },
  },
  {
    name: 'does not find what was deleted',
    run: async setup => {
      const records = [said('a', 'green tea'), said('b', 'black tea')]
      await setup.store.put(records)
      expect(await found(setup, 'tea')).toEqual(['a', 'b'])
      await setup.store.delete(records.slice(0, 1).map(keyOf))
      expect(await found(setup, 'tea')).toEqual(['b'])
      await setup.store.deleteAll(scope)
      expect(await found(setup, 'tea')).toEqual([])
    },
  },
  {
    name: 'does not find what is not indexed, and finds it once it is',
    run: async setup => {
      await setup.store.put([said('a', 'green tea', { indexed: false })])
      expect(await found(setup, 'tea')).toEqual([])
      const key = { ...scope, runId: 'r', id: 'a' }
      await setup.store.patch([{ key, set: { indexed: true }, updatedAt: 2 }])
      expect(await found(setup, 'tea')).toEqual(['a'])
    },
  },
  {
    name: 'gives the texts of the filter and no others, for every part of a scope',
    run: async setup => {
      const owners = [
        { id: 'a', userId: 'alice', agentId: null, runId: 'r' },
        { id: 'b', userId: 'alice', agentId: 'x', runId: 's' },
        { id: 'c', userId: 'bob', agentId: 'x', runId: 'r' },
        { id: 'd', userId: null, agentId: 'x', runId: null },
      ]
      await setup.store.put(owners.map(({ id, ...fields }) => said(id, 'tea', fields)))
      await setup.store.put([said('z', 'tea', { orgId: 'other', userId: 'alice' })])
      const ids = async (filter: object): Promise<string[]> =>
        (await found(setup, 'tea', { scope: { orgId: 'default', ...filter } })).toSorted()
      for (const again of [1, 2]) {
        expect(await ids({ userId: 'alice' }), `${again}`).toEqual(['a', 'b'])
        expect(await ids({ agentId: 'x' })).toEqual(['b', 'c', 'd'])
        expect(await ids({ runId: 'r' })).toEqual(['a', 'c'])
        expect(await ids({ userId: 'alice', runId: 's' })).toEqual(['b'])
        expect(await ids({ userId: 'nobody' })).toEqual([])
      }
      await setup.store.put([said('e', 'tea', { userId: 'alice', agentId: 'x', runId: 'r' })])
      expect(await ids({ userId: 'alice' })).toEqual(['a', 'b', 'e'])
      expect(await ids({ agentId: 'x' })).toEqual(['b', 'c', 'd', 'e'])
      expect(await ids({ userId: 'bob' })).toEqual(['c'])
    },
  },
  {
    name: "tells nothing of another's words by a score",
    run: async setup => {
      await setup.store.put([said('a', 'green tea'), said('b', 'black tea')])
      const alone = await ask(setup, 'green tea')
      await setup.store.put(Array.from({ length: 20 }, (_, n) => said(`z${n}`, 'green', { userId: 'bob' })))
      expect(await ask(setup, 'green tea')).toEqual(alone)
    },
  },
  {
    name: 'keeps the order of one call, whatever the ids',
    run: async setup => {
      const contents = ['the tea?', 'yes', 'rain', 'snow']
      await setup.store.put(contents.map((content, place) => said(`${9 - place}`, content, { place })))
      const { matches } = await ask(setup, 'tea', { weights: { run: 0, asks: 0 } })
      expect(matches.map(({ id, score }) => [id, score])).toEqual([
        ['9', 1],
        ['8', 0.8],
        ['7', 0.3],
        ['6', 0.1],
      ])
      const [around] = await setup.texts.neighbours(scope, ['7'], 1)
      expect(around).toEqual({ before: ['8'], after: ['6'] })
    },
  },
  {
    name: 'takes a text that comes late where it belongs',
    run: async setup => {
      await setup.store.put([said('a', 'tea?', { createdAt: 10 }), said('c', 'rain', { createdAt: 30 })])
      await ask(setup, 'tea')
      await setup.store.put([said('b', 'yes', { createdAt: 20 })])
      const [around] = await setup.texts.neighbours(scope, ['b'], 5)
      expect(around).toEqual({ before: ['a'], after: ['c'] })
      expect((await ask(setup, 'tea')).matches[1]).toMatchObject({ id: 'b' })
    },
  },
  {
    name: 'answers several queries, aligned, each about its own scope',
    run: async setup => {
      await setup.store.put([said('a', 'tea'), said('b', 'tea', { userId: 'bob' })])
      const answers = await setup.texts.search([
        { query: 'tea', k: 5, scope: { orgId: 'default', userId: 'bob' } },
        { query: 'nothing', k: 5, scope },
        { query: 'tea', k: 5, scope },
      ])
      expect(answers.map(({ matches }) => matches.map(({ id }) => id))).toEqual([['b'], [], ['a']])
    },
  },
  {
    name: 'ranks the ids that it is given, aligned, and has no opinion of others',
    run: async setup => {
      await setup.store.put([
        said('a', 'tea'),
        said('b', 'rain', { runId: 's' }),
        said('c', 'tea', { userId: 'bob' }),
      ])
      const { ranked, matches } = await ask(setup, 'tea', { ids: ['b', 'c', 'a'], k: 1 })
      expect(ranked).toEqual([expect.objectContaining({ id: 'b', score: 0 }), undefined, matches[0]])
    },
  },
]
