import { describe, expect, test } from 'vitest'
import { MemoryError } from '../../src/contracts/errors.ts'
import type { InferOptions } from '../../src/infer-api.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { deciding, FakeExtractor, saying, verbatim } from './fake-extractor.ts'

const ana = { userId: 'ana' }
const stored = { ...ana, infer: true, wait: 'stored' } as const

async function opened(options: InferOptions = {}, store = new MapStore()) {
  const extractor = new FakeExtractor()
  const clock = { now: 1_000_000 }
  const opened = await openMemory({ store, extractor, infer: options, now: () => clock.now })
  return { ...opened, extractor, clock }
}

const texts = (count: number) => Array.from({ length: count }, (_, n) => `Ana has thing${n} of kind${n}`)

async function factsOf(memory: Memory): Promise<string[]> {
  const { results } = await memory.getAll({ ...ana, where: { origin: 'model' } })
  return results.map(item => item.memory).toSorted()
}

describe("messages that are added with wait: 'stored'", () => {
  test('ask nothing until they are processed, in one transaction', async () => {
    const { memory, store, extractor } = await opened()
    const before = store.counters.transactions
    const result = await memory.addBatch(texts(5), stored)
    expect(store.counters.transactions - before).toBe(1)
    expect(result).toMatchObject({ results: [], pending: 5, usage: { calls: 0 } })
    expect(extractor.windows).toEqual([])
    const { messages, results, pending } = await memory.process()
    expect([messages, results.length, pending]).toEqual([result.messages, 5, 0])
    expect(await factsOf(memory)).toEqual(texts(5))
    expect(await memory.process()).toMatchObject({ messages: [], results: [], usage: { calls: 0 } })
  })

  test('are processed up to a limit, of a scope, and before others while their call is at work', async () => {
    const { memory, extractor, clock } = await opened()
    await memory.addBatch(texts(4), stored)
    await memory.addBatch(['Bob likes chess'], { ...stored, userId: 'bob' })
    expect((await memory.process({ limit: 3 })).messages).toHaveLength(3)
    expect((await memory.process({ userId: 'bob' })).messages).toHaveLength(1)
    expect((await memory.process()).messages).toHaveLength(1)

    extractor.onCall = async () => {
      extractor.onCall = () => undefined
      expect((await memory.process()).messages).toEqual([])
      clock.now += 11 * 60_000
      expect((await memory.process()).messages).toHaveLength(1)
    }
    // What another has done meanwhile is not done twice.
    const late = await memory.add('Ana sings in a choir', { ...ana, infer: true })
    expect(late).toMatchObject({ results: [], failed: [] })
    expect((await factsOf(memory)).filter(text => text.includes('choir'))).toHaveLength(1)
  })

  test('wait when the budget is spent, before it is passed', async () => {
    const { memory, extractor } = await opened({ windowMessages: 2 })
    await memory.addBatch(texts(6), stored)
    const some = await memory.process({ budget: { calls: 2 } })
    expect(extractor.calls).toBe(2)
    expect(some.usage.calls).toBe(2)
    expect(some.failed.map(({ error, retryable }) => [(error as MemoryError).code, retryable])).toEqual(
      some.failed.map(() => ['BUDGET', true]),
    )
    expect(await memory.process({ budget: { inputTokens: 100 } })).toMatchObject({
      messages: [],
      usage: { calls: 0 },
    })
    const rest = await memory.process()
    expect(rest.failed).toEqual([])
    expect(await factsOf(memory)).toEqual(texts(6))
  })

  test('are not paid for again when the decisions could not be asked for', async () => {
    const { memory, extractor } = await opened()
    await memory.addBatch(texts(2), { ...ana, infer: true })
    await memory.addBatch(['Ana has thing0 of another kind'], stored)
    const asked = extractor.windows.length
    const first = await memory.process({ budget: { calls: 1 } })
    expect(first.pending).toBe(1)
    expect((await memory.process()).messages).toHaveLength(1)
    expect(extractor.windows).toHaveLength(asked + 1)
    expect(await factsOf(memory)).toHaveLength(3)
  })

  test('are not paid for again by the process after one that died, and each fact is there once', async () => {
    const store = new MapStore()
    const dying = await opened({}, store)
    await dying.memory.addBatch(texts(3), { ...ana, infer: true })
    await dying.memory.addBatch(['Ana has thing1 of a new kind'], stored)
    dying.extractor.decisions = () => {
      throw new MemoryError('ABORTED', 'It ends here.')
    }
    await expect(dying.memory.process()).rejects.toMatchObject({ code: 'ABORTED' })
    const next = await opened({}, store)
    next.extractor.facts = () => {
      throw new Error('It is asked again.')
    }
    expect((await next.memory.process()).messages).toHaveLength(1)
    expect((await factsOf(next.memory)).filter(text => text.includes('new kind'))).toHaveLength(1)
  })

  test('that fail wait longer each time, and are parked after eight', async () => {
    const { memory, extractor, clock } = await opened()
    extractor.facts = () => ({ error: new MemoryError('UNAVAILABLE', 'It is busy.') })
    await memory.add('Ana likes figs', stored)
    const waits: number[] = []
    for (let tries = 0; tries < 8; tries++) {
      const [failure] = (await memory.process()).failed
      expect(failure?.retryable).toBe(tries < 7)
      expect((await memory.process()).failed).toEqual([])
      let waited = 0
      while (waited < 1e9) {
        waited += 30_000
        clock.now += 30_000
        const page = await memory.process({ budget: { calls: 0 } })
        if (tries === 7 || page.pending > 0) break
      }
      waits.push(waited)
    }
    expect(waits.slice(0, 4)).toEqual([60_000, 120_000, 240_000, 480_000])
    extractor.facts = verbatim
    clock.now += 1e9
    expect((await memory.process()).messages).toEqual([])
    expect((await memory.process({ retryParked: true })).messages).toHaveLength(1)
  })

  test('of which some fail fail alone', async () => {
    const { memory, extractor } = await opened({ windowMessages: 1 })
    extractor.facts = window =>
      window.messages[0]?.text.includes('thing1')
        ? { error: new MemoryError('TIMEOUT', 'late') }
        : verbatim(window)
    const result = await memory.addBatch(texts(3), { ...ana, infer: true })
    expect(result.failed).toMatchObject([{ index: 1, messageId: result.messages[1], retryable: true }])
    expect(await factsOf(memory)).toHaveLength(2)
  })

  test('are worked on by one process at a time, and two at once do each once', async () => {
    const store = new MapStore()
    const [one, two] = [await opened({}, store), await opened({}, store)]
    await one.memory.addBatch(texts(20), stored)
    const both = await Promise.all([one.memory.process(), two.memory.process()])
    expect(both.flatMap(({ messages }) => messages)).toHaveLength(20)
    expect(one.extractor.windows.length + two.extractor.windows.length).toBe(1)
    expect(await factsOf(one.memory)).toEqual(texts(20).toSorted())
  })

  test('that are deleted meanwhile say nothing', async () => {
    const { memory, extractor } = await opened()
    const { messages } = await memory.addBatch(texts(2), stored)
    extractor.onCall = async () => {
      extractor.onCall = () => undefined
      await memory.delete(messages[0] ?? '')
    }
    await memory.process()
    expect(await factsOf(memory)).toEqual([texts(2)[1]])
  })

  test('refuse options that are wrong', async () => {
    const { memory } = await opened()
    for (const options of [
      { limit: 0 },
      { budget: { calls: -1 } },
      { budget: { euros: 1 } },
      { retryParked: 1 },
      { x: 1 },
    ])
      await expect(memory.process(options as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    const plain = await Memory.open({ store: new MapStore() })
    await expect(plain.process()).rejects.toThrow(/no extractor/)
    await plain.close()
  })
})

describe('a memory that changed while facts were decided on', () => {
  test('is compared again, and extraction is not paid for again', async () => {
    const { memory, extractor } = await opened()
    const [old] = (await memory.add('Ana lives in Paris', { ...ana, infer: true })).results
    const asked = extractor.windows.length
    extractor.decisions = ({ cases }) =>
      deciding(cases.map(({ n }) => ({ fact: n, replaces: [{ k: 0, why: 'wrong' }] })))
    let calls = 0
    extractor.onCall = async () => {
      // The second call is the first decision.
      if (++calls === 2) await memory.update(old?.id ?? '', { importance: 1 })
    }
    const { results } = await memory.add('Ana lives in Berlin', { ...ana, infer: true })
    expect(results).toMatchObject([{ event: 'SUPERSEDE', previousId: old?.id }])
    expect(extractor.windows).toHaveLength(asked + 1)
    expect(extractor.sets).toHaveLength(2)
    expect(await factsOf(memory)).toEqual(['Ana lives in Berlin'])
  })
})

describe('a run that is reverted', () => {
  test('leaves what was there before, and its messages', async () => {
    const { memory, extractor, clock } = await opened()
    const first = await memory.addBatch(['Ana lives in Paris', 'Ana likes tea'], { ...ana, infer: true })
    const before = await memory.getAll({ ...ana, where: { origin: 'model' } })
    clock.now += 1_000
    extractor.decisions = ({ cases }) =>
      deciding(
        cases.map(({ n, fact, stored: near }) => {
          const k = near.findIndex(({ text }) => text.includes(fact.text.includes('lives') ? 'Paris' : 'tea'))
          return fact.text.includes('lives')
            ? { fact: n, replaces: [{ k, why: 'changed' }] }
            : { fact: n, same: [k] }
        }),
      )
    const second = await memory.addBatch(['Ana lives in Berlin', 'Ana likes tea a lot'], {
      ...ana,
      infer: true,
    })
    expect(second.results.map(({ event }) => event).toSorted()).toEqual(['NONE', 'SUPERSEDE'])
    await expect(memory.revert(first.batch, ana)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(second.batch),
    })
    expect(await memory.revert(second.batch, ana)).toEqual({ removed: 1, restored: 1 })
    const after = await memory.getAll({ ...ana, where: { origin: 'model' } })
    const facts = (items: typeof before) =>
      items.results.map(({ memory, derivation, validTo, supersededBy }) => [
        memory,
        derivation?.sources,
        derivation?.seen,
        validTo,
        supersededBy,
      ])
    expect(facts(after)).toEqual(facts(before))
    expect(await memory.count({ ...ana, where: { type: 'message' } })).toBe(4)
    expect(await memory.verify()).toMatchObject({ ok: true })
    expect(await memory.revert(first.batch, ana)).toEqual({ removed: 2, restored: 0 })
    expect(await factsOf(memory)).toEqual([])
    expect(await memory.revert('nothing', ana)).toEqual({ removed: 0, restored: 0 })
  })

  test('is undone in its own scope alone', async () => {
    const { memory } = await opened()
    const { batch } = await memory.add('Ana likes figs', { ...ana, infer: true })
    expect(await memory.revert(batch, { userId: 'bob' })).toEqual({ removed: 0, restored: 0 })
    expect(await memory.scope(ana).revert(batch)).toEqual({ removed: 1, restored: 0 })
  })
})

describe('an extractor that is nothing but trouble', () => {
  test.each([
    ['throws', () => Promise.reject(new Error('no')), true],
    ['answers too few', () => Promise.resolve([]), false],
    ['answers nothing', () => Promise.resolve(undefined), false],
    [
      'is refused by its endpoint',
      () => Promise.reject(new MemoryError('BACKEND', 'It answered 400.')),
      false,
    ],
  ])('that %s loses no message, and what it is asked again for may pass', async (_, extract, retryable) => {
    const { memory, extractor } = await opened()
    extractor.extract = extract as never
    const result = await memory.addBatch(texts(2), { ...ana, infer: true })
    expect(result).toMatchObject({
      pending: 2,
      results: [],
      failed: [{ retryable }, { retryable }],
    })
    expect((await memory.pending({ state: 'parked' })).results).toHaveLength(retryable ? 0 : 2)
    expect(await memory.count(ana)).toBe(2)
  })

  test('of 10,000 facts about nothing is asked again once, and then left', async () => {
    const { memory, extractor } = await opened({ windowMessages: 1 })
    extractor.facts = () => saying(Array.from({ length: 10_000 }, () => ({})))
    const result = await memory.add('Ana likes figs', { ...ana, infer: true })
    expect(result).toMatchObject({ pending: 1, failed: [{ retryable: false }] })
  })
})
