import { describe, expect, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import type { AddInput } from '../../src/memory-api.ts'
import { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { openMemory } from '../kit/open-memory.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const refused = { name: 'MemoryError', code: 'INVALID_ARGUMENT' }

/** What a caller in plain JavaScript may pass. */
function any(value: unknown): never {
  return value as never
}

const deep: { a?: unknown } = {}
let inner = deep
for (let depth = 0; depth < 40; depth++) inner = inner.a = {}
const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

const inputs: [string, unknown][] = [
  ['null', null],
  ['a number', 5],
  ['a list', ['tea']],
  ['an empty text', ''],
  ['white space', ' \n\t'],
  ['a NUL', 'tea\0'],
  ['a lone surrogate', 'tea \uDC00'],
  ['a text that is too long', 'x'.repeat(1_048_577)],
  ['no content', {}],
  ['a content that is no text', { content: 5 }],
  ['a misspelt entry', { content: 'tea', metdata: {} }],
  ['__proto__ from JSON', JSON.parse('{"content": "tea", "__proto__": {"userId": "eve"}}')],
  [
    'an instance of a class',
    new (class {
      content = 'tea'
    })(),
  ],
  ['an empty user', { content: 'tea', userId: '' }],
  ['a user that is no text', { content: 'tea', userId: 5 }],
  ['a user with a NUL', { content: 'tea', userId: 'a\0' }],
  ['a user that is too long', { content: 'tea', userId: 'x'.repeat(256) }],
  ['a misspelt scope', { content: 'tea', scope: { usrId: 'alice' } }],
  ['an organization in the scope', { content: 'tea', scope: { orgId: 'other' } }],
  ['an empty id', { content: 'tea', id: '' }],
  ['an id that is too long', { content: 'tea', id: 'x'.repeat(129) }],
  ['an id with a lone surrogate', { content: 'tea', id: '\uD800' }],
  ['metadata that is a list', { content: 'tea', metadata: [] }],
  ['metadata with undefined', { content: 'tea', metadata: { a: undefined } }],
  ['metadata with NaN', { content: 'tea', metadata: { a: [Number.NaN] } }],
  ['metadata with Infinity', { content: 'tea', metadata: { a: -Infinity } }],
  ['metadata with a Date', { content: 'tea', metadata: { a: new Date() } }],
  ['metadata with a BigInt', { content: 'tea', metadata: { a: 1n } }],
  ['metadata with a function', { content: 'tea', metadata: { toJSON: () => 'x' } }],
  ['metadata with a symbol', { content: 'tea', metadata: { [Symbol('a')]: 1 } }],
  ['metadata with a hole', { content: 'tea', metadata: { a: Array(2) } }],
  ['metadata with a NUL', { content: 'tea', metadata: { a: '\0' } }],
  ['metadata with a NUL in a key', { content: 'tea', metadata: { 'a\0': 1 } }],
  ['metadata with a lone surrogate', { content: 'tea', metadata: { a: { b: '\uD800' } } }],
  ['metadata with __proto__', { content: 'tea', metadata: JSON.parse('{"a": {"__proto__": {"b": 1}}}') }],
  ['metadata that is too deep', { content: 'tea', metadata: deep }],
  ['metadata in a circle', { content: 'tea', metadata: cyclic }],
  ['metadata that is too large', { content: 'tea', metadata: { a: 'x'.repeat(262_145) } }],
  ['an importance above 1', { content: 'tea', importance: 1.1 }],
  ['an importance of NaN', { content: 'tea', importance: Number.NaN }],
  ['an importance that is no number', { content: 'tea', importance: '1' }],
  ['a type that is empty', { content: 'tea', type: '' }],
  ['a time that is none', { content: 'tea', createdAt: 'yesterday' }],
  ['an invalid Date', { content: 'tea', expiresAt: new Date(Number.NaN) }],
  ['a time past the last Date', { content: 'tea', createdAt: 8.64e15 + 2 }],
  ['half a millisecond', { content: 'tea', createdAt: 0.5 }],
  ['a vector of the wrong dimension', { content: 'tea', embedding: [1, 0] }],
  ['a vector of zeros', { content: 'tea', embedding: new Float32Array(32) }],
  ['a vector with NaN', { content: 'tea', embedding: new Float32Array(32).fill(Number.NaN) }],
  ['a vector with Infinity', { content: 'tea', embedding: Array(32).fill(Infinity) }],
  ['a vector of texts', { content: 'tea', embedding: Array(32).fill('1') }],
  ['a vector that is too large for Float32', { content: 'tea', embedding: Array(32).fill(1e300) }],
  ['a vector of another kind', { content: 'tea', embedding: new Float64Array(32).fill(1) }],
]

describe('add refuses, and nothing is written for', () => {
  test.each(inputs)('%s', async (_, input) => {
    const { memory, store, embedder } = await openMemory()
    const { counters } = store
    await expect(memory.add(any(input), alice)).rejects.toMatchObject(refused)
    await expect(memory.addBatch(['good', input as AddInput], alice)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('inputs[1]'),
    })
    expect(store.counters).toEqual(counters)
    expect(embedder.calls).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'userId')).toBe(false)
  })
})

const changes: [string, unknown][] = [
  ['null', null],
  ['a list', []],
  ['nothing to change', {}],
  ['only a version', { version: 1 }],
  ['a misspelt field', { contnet: 'milk' }],
  ['another user', { userId: 'bob' }],
  ['an empty content', ''],
  ['bad metadata', { metadata: { a: Number.NaN } }],
  ['a version of 0', { content: 'milk', version: 0 }],
  ['a bad time', { expiresAt: 'never' }],
]

describe('update refuses, and nothing is written for', () => {
  test.each(changes)('%s', async (_, change) => {
    const { memory, store } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const { counters } = store
    await expect(memory.update('m1', any(change))).rejects.toMatchObject(refused)
    expect(store.counters).toEqual(counters)
  })
})

/** Every public method, called with one wrong argument. */
const calls: [string, (memory: Memory) => unknown][] = [
  ['add, misspelt option', memory => memory.add('tea', any({ ...alice, dedup: true }))],
  ['add, option of addBatch', memory => memory.add('tea', any({ ...alice, onError: 'report' }))],
  ['add, dedupe that is no boolean', memory => memory.add('tea', any({ ...alice, dedupe: 'yes' }))],
  ['add, no options', memory => memory.add('tea', any(null))],
  ['add, a controller as signal', memory => memory.add('tea', any({ ...alice, signal: 5 }))],
  ['addBatch, misspelt option', memory => memory.addBatch(['tea'], any({ ...alice, onErr: 'report' }))],
  ['addBatch, unknown onError', memory => memory.addBatch(['tea'], any({ ...alice, onError: 'skip' }))],
  ['addBatch, no list', memory => memory.addBatch(any('tea'), alice)],
  ['addBatch, a Set', memory => memory.addBatch(any(new Set(['tea'])), alice)],
  ['search, misspelt option', memory => memory.search('tea', any({ ...alice, topk: 5 }))],
  ['search, a second query', memory => memory.search('tea', any({ ...alice, query: 'milk' }))],
  ['search, no options', memory => memory.search('tea', any(null))],
  ['search, empty query', memory => memory.search('', alice)],
  ['search, query that is no text', memory => memory.search(any(5), alice)],
  ['search, topK of 0', memory => memory.search('tea', { ...alice, topK: 0 })],
  ['search, topK of 1.5', memory => memory.search('tea', { ...alice, topK: 1.5 })],
  ['search, topK that is too large', memory => memory.search('tea', { ...alice, topK: 10_001 })],
  ['search, threshold of 2', memory => memory.search('tea', { ...alice, threshold: 2 })],
  ['search, threshold of NaN', memory => memory.search('tea', { ...alice, threshold: Number.NaN })],
  ['search, where that is null', memory => memory.search('tea', any({ ...alice, where: null }))],
  ['search, where that is empty text', memory => memory.search('tea', any({ ...alice, where: '' }))],
  ['search, unknown operator', memory => memory.search('tea', any({ ...alice, where: { type: { is: 1 } } }))],
  ['searchBatch, misspelt option', memory => memory.searchBatch([], any({ signl: 1 }))],
  ['searchBatch, misspelt query', memory => memory.searchBatch([any({ qery: 'tea', ...alice })])],
  ['searchBatch, hole', memory => memory.searchBatch(Array(1))],
  ['searchBatch, no list', memory => memory.searchBatch(any({ query: 'tea', ...alice }))],
  ['get, empty id', memory => memory.get('')],
  ['get, id that is no text', memory => memory.get(any(5))],
  ['get, misspelt option', memory => memory.get('m1', any({ signl: 1 }))],
  ['getBatch, no list', memory => memory.getBatch(any('m1'))],
  ['getBatch, hole', memory => memory.getBatch(Array(1))],
  ['getAll, misspelt option', memory => memory.getAll(any({ ...alice, limit: 5 }))],
  ['getAll, option of list', memory => memory.getAll(any({ ...alice, pageSize: 5 }))],
  ['getAll, where that is null', memory => memory.getAll(any({ ...alice, where: null }))],
  ['list, misspelt option', memory => memory.list(any({ ...alice, topK: 5 })).next()],
  [
    'list, unknown order',
    memory => memory.list(any({ ...alice, order: { by: 'id', direction: 'asc' } })).next(),
  ],
  ['list, page of 0', memory => memory.list({ ...alice, pageSize: 0 }).next()],
  ['update, misspelt option', memory => memory.update('m1', 'milk', any({ actor: 'A' }))],
  ['updateBatch, no list', memory => memory.updateBatch(any({ id: 'm1', content: 'milk' }))],
  ['updateBatch, no id', memory => memory.updateBatch([any({ content: 'milk' })])],
  ['updateBatch, hole', memory => memory.updateBatch(Array(1))],
  ['delete, empty id', memory => memory.delete('')],
  ['delete, misspelt option', memory => memory.delete('m1', any({ actr: 'A' }))],
  ['delete, empty actor', memory => memory.delete('m1', { actorId: '' })],
  ['deleteBatch, hole', memory => memory.deleteBatch(Array(1))],
  ['deleteAll, misspelt scope', memory => memory.deleteAll(any({ ...alice, runid: 'r1' }))],
  ['deleteAll, a filter of nothing', memory => memory.deleteAll(any({ ...alice, where: undefined }))],
  ['deleteAll, null', memory => memory.deleteAll(any(null))],
  ['history, misspelt option', memory => memory.history('m1', any({ limit: 5 }))],
  ['flush, misspelt option', memory => memory.flush(any({ onprogress: () => undefined }))],
  ['flush, no function', memory => memory.flush(any({ onProgress: 5 }))],
  ['optimize, misspelt option', memory => memory.optimize(any({ full: true }))],
  ['verify, misspelt option', memory => memory.verify(any({ fix: true }))],
  ['repair, misspelt option', memory => memory.repair(any({ force: true }))],
  ['exportTo, misspelt option', memory => memory.exportTo('/nowhere/x', any({ vector: false }))],
  ['exportTo, vectors that is no boolean', memory => memory.exportTo('/nowhere/x', any({ vectors: 'no' }))],
  ['exportTo, null', memory => memory.exportTo('/nowhere/x', any(null))],
  ['importFrom, misspelt option', memory => memory.importFrom('/nowhere/x', any({ batch: 5 }))],
  ['importFrom, dedupe', memory => memory.importFrom('/nowhere/x', any({ ...alice, dedupe: true }))],
  ['importFrom, batch of 0', memory => memory.importFrom('/nowhere/x', { ...alice, batchSize: 0 })],
  ['close, misspelt option', memory => memory.close(any({ flsh: false }))],
  ['scope, misspelt part', memory => memory.scope(any({ user: 'alice' }))],
  ['scope, organization', memory => memory.scope(any({ orgId: 'other', userId: 'alice' }))],
  [
    'search, null in its scope',
    memory => memory.search('tea', any({ agentId: 'a', scope: { userId: null } })),
  ],
  [
    'deleteAll, null beside its scope',
    memory => memory.deleteAll(any({ userId: null, scope: { agentId: 'a' } })),
  ],
  ['scope, null', memory => memory.scope(any(null))],
]

describe('a wrong argument is refused, and nothing is written', () => {
  test.each(calls)('%s', async (_, call) => {
    const { memory, store } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const { counters } = store
    await expect((async () => call(memory))()).rejects.toMatchObject(refused)
    expect(store.counters).toEqual(counters)
    expect(await memory.get('m1')).toBeDefined()
  })
})

const openings: [string, Record<string, unknown>][] = [
  ['no store', { store: undefined }],
  ['a promise of nothing', { index: null }],
  ['a misspelt option', { orgid: 'a' }],
  ['an empty organization', { orgId: '' }],
  ['a misspelt option of the cache', { cache: { max: 5 } }],
  ['a cache of no entries', { cache: { maxEntries: 0 } }],
  ['a cache that is null', { cache: null }],
  ['a misspelt option of the follower', { follower: { limit: 5 } }],
  ['a follower that is null', { follower: null }],
  ['a tail of no changes', { follower: { tailLimit: 0 } }],
  ['a flush of more than a page of the log', { follower: { flushSize: 100_001 } }],
  ['coalesce that is no boolean', { coalesce: 'no' }],
  ['closeParts that is no boolean', { closeParts: 0 }],
  ['a clock that is none', { now: 5 }],
]

describe('Memory.open refuses', () => {
  test.each(openings)('%s', async (_, options) => {
    const parts = { store: new MapStore(), index: new ControlledIndex(32), embedder: new WordEmbedder() }
    await expect(Memory.open(any({ ...parts, ...options }))).rejects.toMatchObject(refused)
    expect(parts.store.counters.statements).toBe(0)
  })

  test('no options at all', async () => {
    await expect(Memory.open(any(undefined))).rejects.toMatchObject(refused)
  })

  test('but takes options that are left undefined', async () => {
    const { memory } = await openMemory({
      follower: { tailLimit: undefined, flushSize: undefined },
      cache: { maxEntries: undefined },
    })
    await memory.add('tea', { ...alice, metadata: undefined, dedupe: undefined, signal: undefined })
    expect(
      (await memory.search('tea', { ...alice, topK: undefined, where: undefined })).results,
    ).toHaveLength(1)
  })
})
