import { describe, expect, onTestFinished, test } from 'vitest'
import { MemoryError } from '../../src/contracts/errors.ts'
import type { InferOptions } from '../../src/infer-api.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { RuleExtractor } from '../../src/reference/rule-extractor.ts'
import { openMemory } from '../kit/open-memory.ts'
import { DeferredExtractor, Jobs } from './deferred-extractor.ts'
import { deciding, saying, unreadable, verbatim } from './fake-extractor.ts'

const ana = { userId: 'ana' }
const stored = { ...ana, infer: true, wait: 'stored' } as const
const texts = (count: number) => Array.from({ length: count }, (_, n) => `Ana has thing${n} of kind${n}`)
const unavailable = { error: new MemoryError('UNAVAILABLE', 'Its time is over.') }

async function opened(options: InferOptions = {}, store = new MapStore(), jobs = new Jobs()) {
  const extractor = new DeferredExtractor(jobs)
  const clock = { now: 1_000_000 }
  const infer = { windowMessages: 2, ...options }
  const memory = await Memory.open({ store, extractor, infer, closeParts: false, now: () => clock.now })
  onTestFinished(() => memory.close())
  const process = (more: object = {}) => memory.process({ deferred: true, ...more })
  return { memory, store, extractor, jobs, clock, process }
}

async function factsOf(memory: Memory): Promise<string[]> {
  const { results } = await memory.getAll({ ...ana, where: { origin: 'model' } })
  return results.map(item => item.memory).toSorted()
}

describe('deferred processing', () => {
  test('hands in all windows as one job, and stores what came of it when it is done', async () => {
    const { memory, extractor, jobs, process } = await opened()
    const { messages } = await memory.addBatch(texts(5), stored)
    jobs.isDone = false
    expect(await process()).toMatchObject({ messages: [], results: [], pending: 5, failed: [] })
    expect(jobs.all.map(({ windows }) => windows.map(window => window.messages.length))).toEqual([[2, 2, 1]])
    expect(await process()).toMatchObject({ messages: [], pending: 5 })
    jobs.isDone = true
    const done = await process()
    expect([done.messages, done.results.length, done.pending]).toEqual([messages, 5, 0])
    expect(await factsOf(memory)).toEqual(texts(5))
    expect([jobs.all.length, extractor.windows.length]).toEqual([1, 0])
    expect(await process()).toMatchObject({ messages: [], pending: 0, usage: { calls: 0 } })
  })

  test('is gone on with by another process, and by nobody without it', async () => {
    const { memory, store, jobs, process } = await opened()
    await memory.addBatch(texts(3), stored)
    await process()
    expect(await memory.process()).toMatchObject({ messages: [], pending: 0 })
    const other = await opened({}, store, jobs)
    await other.memory.addBatch(['Ana plays chess'], stored)
    const done = await other.process()
    expect([done.messages.length, done.pending]).toEqual([3, 1])
    expect((await other.process()).messages).toHaveLength(1)
    expect(jobs.all.map(({ windows }) => windows.length)).toEqual([2, 1])
  })

  test('decides in order of time: what was said later takes the place', async () => {
    const extractor = new DeferredExtractor(new Jobs())
    const { memory } = await openMemory({ extractor, infer: { windowMessages: 1 } })
    const said = ['Ana lives in Paris', 'Ana lives in Berlin', 'Ana lives in Rome']
    await memory.addBatch(
      said.map((content, n) => ({ content, createdAt: n * 1_000 })),
      stored,
    )
    extractor.decisions = ({ cases }) =>
      deciding(
        cases.map(({ n, stored: near }) => ({
          fact: n,
          replaces: near.map((_, k) => ({ k, why: 'changed' })),
        })),
      )
    for (let call = 0; call < 2; call++) await memory.process({ deferred: true })
    expect(await factsOf(memory)).toEqual(['Ana lives in Rome'])
  })

  test.each([
    ['expired', () => unavailable],
    ['lost half of its answers', (_: unknown, place: number) => (place === 0 ? verbatim : () => unavailable)],
  ] as const)('hands in again what a job that %s did not answer', async (name, outcome) => {
    const { memory, jobs, process } = await opened()
    await memory.addBatch(texts(4), stored)
    await process()
    jobs.outcome = (window, place) => {
      const found = outcome(window, place)
      return typeof found === 'function' ? found(window) : found
    }
    const again = await process()
    const late = name === 'expired' ? 4 : 2
    expect(again.messages).toHaveLength(4 - late)
    expect(again.failed.map(({ retryable }) => retryable)).toEqual(Array.from({ length: late }, () => true))
    expect(jobs.all[1]?.windows.flatMap(({ messages }) => messages)).toHaveLength(late)
    jobs.outcome = undefined
    expect((await process()).messages).toHaveLength(late)
    expect(await factsOf(memory)).toEqual(texts(4))
  })

  test('hands in again what nobody knows any more', async () => {
    const { memory, jobs, process } = await opened()
    await memory.addBatch(texts(2), stored)
    await process()
    jobs.all.length = 0
    expect(await process()).toMatchObject({
      messages: [],
      failed: [{ retryable: true }, { retryable: true }],
    })
    expect(jobs.all).toHaveLength(1)
    expect((await process()).messages).toHaveLength(2)
  })

  test('asks again at once, with the reason, about an answer that cannot be used', async () => {
    const { memory, extractor, jobs, process } = await opened()
    await memory.addBatch(texts(4), stored)
    await process()
    jobs.outcome = (window, place) => (place === 0 ? unreadable : verbatim(window))
    expect((await process()).messages).toHaveLength(4)
    expect(extractor.windows.map(({ rejected }) => rejected?.length)).toEqual([1])
    expect(await factsOf(memory)).toEqual(texts(4))
  })

  test('leaves out what was deleted meanwhile, and names the other messages as it should', async () => {
    const { memory, extractor, jobs, process } = await opened({ windowMessages: 3 })
    const { messages } = await memory.addBatch(texts(6), stored)
    await process()
    await memory.deleteBatch(messages.filter((_, n) => n === 0 || n === 4))
    jobs.outcome = window =>
      saying([
        ...window.messages.map(({ n, text }) => ({ text, sources: [n] })),
        { text: 'Ana has kind', sources: [9] },
      ])
    const done = await process()
    const left = [1, 2, 3, 5]
    expect(done.messages).toEqual(left.map(n => messages[n]))
    const sources = done.results.map(({ memory: text, sources: [id = ''] }) => [text, messages.indexOf(id)])
    expect(sources).toEqual(left.map(n => [texts(6)[n], n]))
    expect(extractor.windows).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test('keeps to its budget and its limit', async () => {
    const { memory, jobs, process } = await opened()
    await memory.addBatch(texts(7), stored)
    expect(await process({ budget: { calls: 2 } })).toMatchObject({ pending: 4, usage: { calls: 2 } })
    expect(await process({ budget: { calls: 0 } })).toMatchObject({ pending: 0 })
    expect(await process({ limit: 1 })).toMatchObject({ pending: 1 })
    expect(jobs.all.map(({ windows }) => windows.flatMap(({ messages }) => messages).length)).toEqual([4, 1])
  })

  test('keeps a message that is longer than a window in one job, or in none', async () => {
    const { memory, extractor, jobs, process } = await opened({
      windowTokens: 100,
      windowMessages: 100,
      context: 0,
    })
    const long = Array.from({ length: 60 }, (_, n) => `Alpha${n} saw beta${n} and gamma${n}.`).join(' ')
    await memory.addBatch(['Ana likes figs', long], stored)
    expect(await process({ budget: { calls: 2 } })).toMatchObject({ pending: 1 })
    await process()
    expect(jobs.all[0]?.windows.flatMap(({ messages }) => messages.map(({ text }) => text))).toEqual([
      'Ana likes figs',
    ])
    const parts = jobs.all[1]?.windows.flatMap(({ messages }) => messages.map(({ text }) => text)) ?? []
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.join('')).toBe(long)
    expect((await process()).messages).toHaveLength(1)
    expect(extractor.windows).toEqual([])
  })

  test('tries what was parked again where that is asked for, and says what cannot be shown', async () => {
    const redact = { on: false }
    const { memory, jobs, process } = await opened({
      redact: text => {
        if (redact.on) throw new Error('no')
        return text
      },
    })
    await memory.addBatch(texts(2), stored)
    redact.on = true
    await expect(process()).rejects.toThrow(/infer.redact failed/)
    redact.on = false
    await process()
    jobs.outcome = () => ({ finish: 'refused', usage: { input: 1, output: 1 } })
    expect(await process()).toMatchObject({
      pending: 2,
      failed: [{ retryable: false }, { retryable: false }],
    })
    jobs.outcome = undefined
    expect(await process()).toMatchObject({ pending: 0 })
    expect(await process({ retryParked: true })).toMatchObject({ pending: 2 })
    expect((await process()).messages).toHaveLength(2)
  })

  test('is UNSUPPORTED where the extractor takes none, and sets nothing aside', async () => {
    const memory = await Memory.open({ store: new MapStore(), extractor: new RuleExtractor() })
    onTestFinished(() => memory.close())
    await memory.addBatch(texts(2), stored)
    await expect(memory.process({ deferred: true })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect((await memory.process()).messages).toHaveLength(2)
  })
})

/** A Store whose process ends at a write: that one and all after it do nothing. Leases are left out: they only take time. */
function dying(store: MapStore, writes: number): MapStore {
  let left = writes
  const ends = (): boolean => left-- <= 0
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        const isLease = name === 'writeMeta' && JSON.stringify(given[0]).includes('infer-lease')
        if ((name === 'commit' || name === 'writeMeta') && !isLease && ends())
          throw new MemoryError('ABORTED', 'The process ends here.')
        return (value as (...args: unknown[]) => unknown).apply(target, given)
      }
    },
  })
}

/** Writes of two runs that are not disturbed: the note, what is set aside, the ticket, the answers, no note, the facts. */
describe.each([0, 1, 2, 3, 4, 5])('a process that ends at its write number %i', writes => {
  test('leaves work that the next one ends: nothing is paid for twice, and nothing is lost', async () => {
    const store = new MapStore()
    const { jobs, memory, ...first } = await opened({}, store)
    await memory.addBatch(texts(5), stored)
    const late = await opened({}, dying(store, writes), jobs)
    const run = async () => {
      await late.process()
      await late.process()
    }
    await expect(run()).rejects.toMatchObject({ code: 'ABORTED' })
    for (let call = 0; call < 3; call++) await first.process()
    expect(await factsOf(memory)).toEqual(texts(5))
    expect(jobs.all).toHaveLength(1)
    expect([...first.extractor.windows, ...late.extractor.windows]).toEqual([])
    expect(await first.process()).toMatchObject({ messages: [], pending: 0 })
    expect(await memory.verify()).toMatchObject({ ok: true })
  })
})
