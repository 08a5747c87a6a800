import { execFile } from 'node:child_process'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MemoryError } from '../../src/contracts/errors.ts'
import type { InferOptions } from '../../src/infer-api.ts'
import type { MemoryOptions } from '../../src/memory-api.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { FakeExtractor } from './fake-extractor.ts'

const ana = { userId: 'ana' }
const stored = { ...ana, infer: true, wait: 'stored' } as const

type Given = Pick<MemoryOptions, 'closeParts' | 'onBackgroundError'> & { readonly store?: MapStore }

async function opened(infer: InferOptions = {}, { store = new MapStore(), ...options }: Given = {}) {
  const extractor = new FakeExtractor()
  const memory = await openMemory({ extractor, infer, now: () => Date.now(), ...options, store })
  return { ...memory, extractor }
}

async function factsOf(memory: Memory): Promise<string[]> {
  const { results } = await memory.getAll({ ...ana, where: { origin: 'model' } })
  return results.map(item => item.memory).toSorted()
}

describe('in the background', () => {
  beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 2, 10) }))
  afterEach(() => vi.useRealTimers())

  test('messages are gathered for some time, and their facts made in one call', async () => {
    const { memory, extractor } = await opened()
    await memory.add('Ana likes figs', stored)
    await vi.advanceTimersByTimeAsync(20_000)
    await memory.add('Ana owns a boat', stored)
    await vi.advanceTimersByTimeAsync(9_000)
    expect([extractor.windows.length, (await memory.stats()).infer.waiting]).toEqual([0, 2])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(extractor.windows.map(({ messages }) => messages.length)).toEqual([2])
    expect(await factsOf(memory)).toEqual(['Ana likes figs', 'Ana owns a boat'])
    const { infer } = await memory.stats()
    expect(infer).toMatchObject({ waiting: 0, parked: 0 })
    await memory.add('Ana sings', stored)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(await factsOf(memory)).toHaveLength(3)
  })

  test('what a file brings is gathered like what is added', async () => {
    const { memory, extractor } = await opened()
    // Long after the inbox was looked at, and before it is the next time.
    await vi.advanceTimersByTimeAsync(40_000)
    const lines = ['Ana likes figs', 'Ana owns a boat'].map(content => `${JSON.stringify({ content })}\n`)
    await memory.importFrom(Readable.from(lines), { ...ana, infer: true })
    await vi.advanceTimersByTimeAsync(31_000)
    expect(extractor.windows.map(({ messages }) => messages.length)).toEqual([2])
    expect(await factsOf(memory)).toHaveLength(2)
  })

  test('a window that is full is worked on at once, and so is what comes meanwhile', async () => {
    const { memory, extractor } = await opened({ windowTokens: 100, settleMs: 86_400_000 })
    const long = (what: string) => `Ana likes ${what}`.padEnd(400, ' very much')
    extractor.onCall = async () => {
      extractor.onCall = () => undefined
      await memory.add(long('tea'), stored)
    }
    await memory.add(long('figs'), stored)
    await vi.advanceTimersByTimeAsync(1)
    expect(await factsOf(memory)).toHaveLength(2)
  })

  test('nothing is done where that is off, or without an extractor', async () => {
    const off = await opened({ background: false, settleMs: 0 })
    await off.memory.add('Ana likes figs', stored)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(off.extractor.windows).toEqual([])
    expect((await off.memory.process()).messages).toHaveLength(1)
    const { memory, store } = await openMemory()
    const { statements } = store.counters
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect([store.counters.statements, (await memory.stats()).infer.waiting]).toEqual([statements, 0])
  })

  test('what another process died over is taken once its time is over, and what failed later again', async () => {
    const dead = await opened({ background: false })
    dead.extractor.onCall = () => new Promise(() => undefined)
    const stopped = new AbortController()
    const adding = dead.memory.add('Ana likes figs', { ...ana, infer: true, signal: stopped.signal })
    await vi.advanceTimersByTimeAsync(1)
    stopped.abort()
    expect(await adding).toMatchObject({
      pending: 1,
      failed: [{ error: { code: 'ABORTED' }, retryable: true }],
    })
    const { memory, extractor } = await opened({}, { store: dead.store })
    await vi.advanceTimersByTimeAsync(9 * 60_000)
    expect(extractor.windows).toEqual([])
    extractor.facts = () => ({ error: new MemoryError('UNAVAILABLE', 'It is busy.') })
    await vi.advanceTimersByTimeAsync(2 * 60_000)
    expect(extractor.windows).toHaveLength(1)
    expect((await memory.stats()).infer).toMatchObject({ waiting: 1, lastError: 'UNAVAILABLE: It is busy.' })
    extractor.facts = new FakeExtractor().facts
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(await factsOf(memory)).toEqual(['Ana likes figs'])
  })

  test('two that have one store open make each fact once', async () => {
    const first = await opened({ windowMessages: 2 })
    const second = await opened({ windowMessages: 2 }, { store: first.store })
    for (let n = 0; n < 10; n++)
      await [first, second][n % 2]?.memory.add(`Ana has thing${n} of kind${n}`, stored)
    await vi.advanceTimersByTimeAsync(200_000)
    expect(await factsOf(first.memory)).toHaveLength(10)
    const calls = [...first.extractor.windows, ...second.extractor.windows]
    expect(calls.flatMap(({ messages }) => messages)).toHaveLength(10)
  })

  test('failures are told by stats and onBackgroundError, and it goes on', async () => {
    const errors: MemoryError[] = []
    const { memory, store } = await opened({}, { onBackgroundError: error => errors.push(error) })
    const pending = store.pending.bind(store)
    store.pending = () => Promise.reject(new Error('The disk is gone.'))
    await memory.add('Ana likes figs', stored)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(errors).toHaveLength(1)
    expect((await memory.stats()).infer.lastError).toMatch(/The disk is gone/)
    store.pending = pending
    await vi.advanceTimersByTimeAsync(61_000)
    expect(await factsOf(memory)).toEqual(['Ana likes figs'])
  })

  test('closing ends it in the middle of a call, and the messages wait on', async () => {
    const { memory, extractor, store } = await opened({}, { closeParts: false })
    const told: unknown[] = []
    process.on('unhandledRejection', error => told.push(error))
    extractor.onCall = () => new Promise(() => undefined)
    await memory.add('Ana likes figs', stored)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(extractor.calls).toBe(0)
    const closing = memory.close()
    await vi.advanceTimersByTimeAsync(100)
    await closing
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect((await store.stats()).waiting).toBe(1)
    expect(told).toEqual([])
  })

  test('of many organizations those are worked on that receive something', async () => {
    const extractor = new FakeExtractor()
    await using tenants = await Memory.openTenants({ store: new MapStore(), extractor, index: undefined })
    await tenants.org('acme').add('Ana likes figs', stored)
    await tenants.org('bolt').add('Ana likes tea', stored)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(await factsOf(tenants.org('acme'))).toEqual(['Ana likes figs'])
    expect(await factsOf(tenants.org('bolt'))).toEqual(['Ana likes tea'])
  })
})

test('what waits for its time keeps no process from ending', async () => {
  const core = new URL('../../dist/index.js', import.meta.url).href
  const script = `
    import { MapStore, Memory, RuleExtractor } from '${core}'
    const memory = await Memory.open({ store: new MapStore(), extractor: new RuleExtractor(), infer: { settleMs: 86_400_000 } })
    await memory.add('I like figs.', { userId: 'ana', infer: true, wait: 'stored' })
    console.log((await memory.stats()).infer.waiting)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout).toBe('1\n')
})

describe('answers of a model', () => {
  test.each([true, false])('are kept until they are stored: %s', async keepAnswers => {
    const { memory, extractor, store } = await opened({ keepAnswers, background: false })
    await memory.add('Ana likes figs', stored)
    const commit = store.commit.bind(store)
    const kept: unknown[] = []
    store.commit = async (change, options) => {
      if (change.done?.length) throw new Error('The process dies here.')
      kept.push(...(change.postponed ?? []).map(({ answer }) => answer))
      return commit(change, options)
    }
    expect((await memory.process()).failed).toHaveLength(1)
    expect(kept[0] !== undefined && kept.length > 1).toBe(keepAnswers)
    expect(extractor.windows).toHaveLength(1)
  })
})

test('a fact has the metadata that all of its messages have', async () => {
  const { memory, extractor } = await opened({ background: false })
  extractor.facts = ({ messages }) => ({
    finish: 'stop',
    facts: [{ text: 'Ana likes figs and tea', sources: messages.map(({ n }) => n) }],
    unread: 0,
    usage: { input: 1, output: 1 },
  })
  const messages = [
    { content: 'Ana likes figs', metadata: { app: 'web', tags: ['a'], at: 1, only: true } },
    { content: 'Ana likes tea', metadata: { app: 'web', tags: ['a'], at: 2 } },
  ]
  const { results } = await memory.add(messages, { ...ana, infer: true })
  const fact = await memory.get(results[0]?.id ?? '')
  expect(fact?.metadata).toEqual({ app: 'web', tags: ['a'] })
})

test('the inbox is counted, with what is parked and when the oldest came', async () => {
  const { memory, extractor } = await opened({ background: false })
  expect((await memory.stats()).infer).not.toHaveProperty('oldestWaiting')
  const before = Date.now()
  extractor.facts = () => ({ finish: 'refused', usage: { input: 1, output: 0 } })
  await memory.add('Ana likes figs', { ...ana, infer: true })
  await memory.addBatch(['Ana likes tea', 'Ana sings'], stored)
  const { infer } = await memory.stats()
  expect(infer).toMatchObject({ waiting: 2, parked: 1 })
  expect(infer.oldestWaiting).toBeGreaterThanOrEqual(before)
})
