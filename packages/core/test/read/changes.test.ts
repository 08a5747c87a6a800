import { expect, test } from 'vitest'

import type { ChangeFeed, ChangesOptions, MemoryChange } from '../../src/read-api.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { Memory } from '../../src/memory.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const [ana, ben] = [{ userId: 'ana' }, { userId: 'ben' }]

async function read(feed: ChangeFeed): Promise<MemoryChange[]> {
  const found: MemoryChange[] = []
  for await (const change of feed) found.push(change)
  return found
}

const told = (changes: readonly MemoryChange[]) => changes.map(({ event, id }) => `${event} ${id}`)

async function changesOf(memory: Memory, options: ChangesOptions = {}): Promise<string[]> {
  return told(await read(memory.changes(options)))
}

test('changes are told once each, at the newest, and go on behind a cursor', async () => {
  const { memory } = await openMemory()
  await memory.addBatch(
    ['a', 'b', 'c'].map(id => ({ id, content: `tea ${id}` })),
    ana,
  )
  const first = memory.changes()
  expect(first.cursor).toBeUndefined()
  const found = await read(first)
  expect(told(found)).toEqual(['added a', 'added b', 'added c'])
  expect(found[0]?.scope).toMatchObject({ orgId: 'default', userId: 'ana' })
  expect(first.cursor).toBe(found.at(-1)?.cursor)
  expect(await changesOf(memory, { after: found[1]?.cursor })).toEqual(['added c'])
  expect(await changesOf(memory, { after: first.cursor })).toEqual([])

  await memory.update('a', 'green tea')
  await memory.update('a', { importance: 1 })
  await memory.delete('b')
  await memory.delete('c', { soft: true })
  const next = memory.changes({ after: first.cursor, pageSize: 1 })
  expect(told(await read(next))).toEqual(['updated a', 'deleted b', 'deleted c'])
  await memory.restore('c')
  expect(await changesOf(memory, { after: next.cursor })).toEqual(['updated c'])
  expect(await changesOf(memory)).toEqual(['updated a', 'deleted b', 'updated c'])
})

test('a scope sees its own changes alone, deletes among them, and its cursor passes over the others', async () => {
  const { memory } = await openMemory()
  await memory.add({ id: 'a', content: 'tea' }, ana)
  await memory.addBatch(
    Array.from({ length: 20 }, (_, n) => ({ id: `b${n}`, content: `milk ${n}` })),
    ben,
  )
  const hers = memory.scope(ana)
  expect(await changesOf(hers)).toEqual(['added a'])
  expect(await changesOf(memory, ana)).toEqual(['added a'])
  const feed = hers.changes({ pageSize: 7 })
  await read(feed)
  await memory.deleteAll(ben)
  await memory.deleteAll(ana)
  expect(await changesOf(hers, { after: feed.cursor })).toEqual(['deleted a'])
  expect(await changesOf(memory, { after: feed.cursor })).toHaveLength(21)
  expect(() => hers.changes(ben)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

test('what was erased is told to the organization; a scope is told to read all anew, which then goes', async () => {
  const { memory } = await openMemory()
  await memory.addBatch(
    [
      { id: 'a', content: 'tea' },
      { id: 'b', content: 'milk', userId: 'ben' },
    ],
    ana,
  )
  const hers = memory.scope(ana)
  const [feed, whole] = [hers.changes(), memory.changes()]
  await read(feed)
  await read(whole)
  await memory.deleteAll(ben, { purgeHistory: true })
  const [gone] = await read(memory.changes({ after: whole.cursor }))
  expect(gone).toMatchObject({ event: 'deleted', id: 'b' })
  expect(JSON.stringify(gone)).not.toContain('ben')
  const refused = { code: 'CONFLICT', message: expect.stringContaining('read all anew') as string }
  await expect(changesOf(hers, { after: feed.cursor })).rejects.toMatchObject(refused)
  const anew = hers.changes()
  expect(told(await read(anew))).toEqual(['added a'])
  expect(await changesOf(hers, { after: anew.cursor })).toEqual([])
})

test('another organization sees nothing, whatever was deleted', async () => {
  const store = new MapStore()
  const acme = await openMemory({ store, orgId: 'acme' })
  const other = await openMemory({ store, orgId: 'other' })
  await acme.memory.add({ id: 'a', content: 'tea' }, ana)
  await acme.memory.delete('a')
  await acme.memory.add({ id: 'b', content: 'tea' }, ana)
  await acme.memory.delete('b', { purgeHistory: true })
  expect(await changesOf(other.memory)).toEqual([])
  expect(await changesOf(acme.memory)).toEqual(['deleted a', 'deleted b'])
})

test('a copy that follows the changes holds what the memory holds, whatever happens meanwhile', async () => {
  const { memory } = await openMemory()
  const copy = new Set<string>()
  let after: string | undefined
  for (let round = 0; round < 30; round++) {
    const feed = memory.changes({ after, pageSize: 3 })
    await memory.addBatch(
      Array.from({ length: 4 }, (_, n) => ({ id: `m${(round * 3 + n) % 17}`, content: `tea ${round} ${n}` })),
      { ...ana, onTaken: 'replace' },
    )
    let read = 0
    for await (const { event, id, cursor } of feed) {
      if (event === 'deleted') copy.delete(id)
      else copy.add(id)
      after = cursor
      // Stopped anywhere, the next reading goes on there.
      if (++read === 5 && round % 3 === 0) break
      if (read === 2) await memory.delete(`m${round % 17}`, { soft: round % 2 === 0 })
    }
  }
  for await (const { event, id } of memory.changes({ after })) {
    if (event === 'deleted') copy.delete(id)
    else copy.add(id)
  }
  const held: string[] = []
  for await (const { id } of memory.list(ana)) held.push(id)
  expect([...copy].toSorted()).toEqual(held.toSorted())
})

test('a move to another model tells of all that is there', async () => {
  const { memory } = await openMemory()
  await memory.addBatch(
    [
      { id: 'a', content: 'tea' },
      { id: 'b', content: 'milk' },
    ],
    ana,
  )
  const feed = memory.changes()
  await read(feed)
  await memory.reembed(new WordEmbedder({ model: 'other', dimensions: 32 }))
  expect(await changesOf(memory, { after: feed.cursor })).toEqual(['added a', 'added b'])
})

test('a log that has gone back, or is another one, is told, with what to do', async () => {
  const { memory, store: original } = await openMemory()
  await memory.add('tea', ana)
  const feed = memory.changes()
  await read(feed)
  const elsewhere = await openMemory()
  const refused = { code: 'CONFLICT', message: expect.stringContaining('read all anew') as string }
  await expect(changesOf(elsewhere.memory, { after: feed.cursor })).rejects.toMatchObject(refused)

  // The same log as it was before its last change, as a backup has it.
  const { lineage } = await original.head()
  const store = new MapStore()
  const backup = override(store, { head: async () => ({ ...(await store.head()), lineage }) })
  const restored = await openMemory({ store: backup })
  await expect(changesOf(restored.memory, { after: feed.cursor })).rejects.toMatchObject(refused)
  await restored.memory.add('tea', ana)
  expect(await changesOf(restored.memory, { after: feed.cursor })).toEqual([])
})

test.each([
  '',
  'x',
  'WzEsMV0',
  Buffer.from('[2,1,null]').toString('base64url'),
  Buffer.from('[1,-1,null]').toString('base64url'),
  7,
  null,
])('what is no cursor is refused: %j', async after => {
  const { memory } = await openMemory()
  expect(() => memory.changes({ after: after as string })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  )
})

test('ends with its signal, and with the memory', async () => {
  const { memory } = await openMemory()
  await memory.addBatch(['a', 'b', 'c'], ana)
  const stop = new AbortController()
  const reading = (async () => {
    for await (const _ of memory.changes({ signal: stop.signal, pageSize: 1 })) stop.abort()
  })()
  await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
  const feed = memory.changes()
  await memory.close()
  await expect(read(feed)).rejects.toMatchObject({ code: 'CLOSED' })
  expect(() => memory.changes()).toThrow(expect.objectContaining({ code: 'CLOSED' }))
})
