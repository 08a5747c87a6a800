import { describe, expect, test } from 'vitest'
import { MemoryError } from '../../src/contracts/errors.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { RuleExtractor } from '../../src/reference/rule-extractor.ts'
import { exported, stream } from '../kit/exported.ts'
import { ana, factsOf, infer, openInference } from './open-inference.ts'

const stored = { ...infer, wait: 'stored' } as const
const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `Ana has thing${n} of kind${n}`)

describe('pending', () => {
  test('shows what waits in the order in which it was received, page by page', async () => {
    const { memory, clock } = await openInference()
    const { messages } = await memory.addBatch(texts(5), stored)
    const first = await memory.pending({ limit: 3 })
    expect(first.results.map(({ id }) => id)).toEqual(messages.slice(0, 3))
    expect(first.results[0]).toMatchObject({
      memory: 'Ana has thing0 of kind0',
      userId: 'ana',
      type: 'message',
      attempts: 0,
      reason: null,
      receivedAt: clock.now,
      notBefore: clock.now,
    })
    expect(first.results[0]?.tokens).toBeGreaterThan(0)
    const rest = await memory.pending({ limit: 3, after: first.next })
    expect(rest.results.map(({ id }) => id)).toEqual(messages.slice(3))
    expect(rest.next).toBeUndefined()
    await memory.process()
    expect(await memory.pending()).toEqual({ results: [], next: undefined })
  })

  test('shows what is tried again later with what went wrong, and apart from it what was given up', async () => {
    const { memory, extractor, clock } = await openInference()
    extractor.facts = () => ({ error: new MemoryError('UNAVAILABLE', 'It is busy.') })
    const late = await memory.add('Ana likes figs', infer)
    extractor.facts = () => ({ finish: 'refused', usage: { input: 1, output: 1 } })
    const parked = await memory.add('Ana likes plums', infer)
    const { results: waiting } = await memory.pending()
    expect(waiting).toMatchObject([{ id: late.messages[0], attempts: 1, reason: 'It is busy.' }])
    expect(waiting[0]?.notBefore).toBeGreaterThan(clock.now)
    const { results: given } = await memory.pending({ state: 'parked' })
    expect(given).toMatchObject([{ id: parked.messages[0], attempts: 1 }])
    expect(given[0]?.reason).toMatch(/refused/)
  })

  test('sees the scope alone, and nothing that is hidden or has expired', async () => {
    const { memory, clock } = await openInference()
    await memory.addBatch(['Ana likes figs', { content: 'Ben likes plums', userId: 'ben' }], stored)
    await memory.add({ content: 'Ana is here today', expiresAt: clock.now + 1_000 }, stored)
    const [hidden = ''] = (await memory.add('Ana has a secret', stored)).messages
    await memory.delete(hidden, { soft: true })
    clock.now += 2_000
    const seen = async (options: object, from: Pick<Memory, 'pending'> = memory): Promise<string[]> =>
      (await from.pending(options)).results.map(item => item.memory)
    expect(await seen({})).toEqual(['Ana likes figs', 'Ben likes plums'])
    expect(await seen({ userId: 'ben' })).toEqual(['Ben likes plums'])
    expect(await seen({}, memory.scope(ana))).toEqual(['Ana likes figs'])
    await expect(memory.scope(ana).pending({ userId: 'ben' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })

  test('sees nothing of another organization', async () => {
    const store = new MapStore()
    const open = async (orgId: string): Promise<Memory> =>
      Memory.open({ store, orgId, extractor: new RuleExtractor(), closeParts: false })
    await using acme = await open('acme')
    await using bolt = await open('bolt')
    await acme.add('Ana likes figs', stored)
    expect((await bolt.pending()).results).toEqual([])
    expect((await acme.pending()).results).toHaveLength(1)
  })

  test.each([
    [{ state: 'done' }, /state must be 'waiting' or 'parked', not "done"/],
    [{ limit: 0 }, /limit/],
    [{ limit: 1_001 }, /limit/],
    [{ after: 'page-2' }, /after is "page-2", which is no cursor/],
    [{ offset: 1 }, /offset/],
  ])('refuses %j', async (options, message) => {
    const { memory } = await openInference()
    await expect(memory.pending(options as object)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
  })
})

test('process tells how far it has come', async () => {
  const { memory } = await openInference()
  await memory.addBatch(texts(1_500), stored)
  const told: number[] = []
  await memory.process({ onProgress: ({ done }) => told.push(done) })
  expect(told).toEqual([1_000, 1_500])
})

describe('importFrom with infer', () => {
  test('stores messages that wait, each once, and says so again when it is repeated', async () => {
    const { memory, store } = await openInference()
    const lines = texts(3).map(content => ({ content, role: 'user' }))
    const before = store.counters.transactions
    expect(await memory.importFrom(stream(...lines), infer)).toEqual({ imported: 3, skipped: 0 })
    expect(store.counters.transactions - before).toBe(1)
    expect(await memory.importFrom(stream(...lines), infer)).toEqual({ imported: 0, skipped: 3 })
    const { results } = await memory.pending()
    expect(results.map(({ memory: text, type }) => [text, type])).toEqual(
      texts(3).map(text => [text, 'message']),
    )
    await memory.process()
    expect(await factsOf(memory)).toEqual(texts(3))
  })

  test('stores what an export holds as it was', async () => {
    const { memory } = await openInference()
    await memory.add('Ana likes figs', ana)
    const lines = await exported(memory)
    const other = await openInference()
    const file = async function* (): AsyncGenerator<string> {
      yield `${lines.join('\n')}\n`
    }
    expect(await other.memory.importFrom(file(), infer)).toEqual({ imported: 1, skipped: 0 })
    expect((await other.memory.pending()).results).toEqual([])
  })

  test('is refused without an extractor, and for a line that names a type', async () => {
    await using memory = await Memory.open({ store: new MapStore() })
    await expect(memory.importFrom(stream({ content: 'x' }), infer)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('no extractor') as string,
    })
    const { memory: able } = await openInference()
    await expect(able.importFrom(stream({ content: 'x', type: 'preference' }), infer)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('Line 1') as string,
    })
  })
})
