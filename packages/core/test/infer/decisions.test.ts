import { describe, expect, test } from 'vitest'
import type { InferOptions } from '../../src/infer-api.ts'
import type { FakeExtractor } from './fake-extractor.ts'
import { deciding, refused, unreadable } from './fake-extractor.ts'
import { ana, factsOf, infer, openInference, said } from './open-inference.ts'

describe('a decision', () => {
  const paris = 'Ana lives in Paris'
  const berlin = 'Ana lives in Berlin'

  async function after(
    decisions: FakeExtractor['decisions'],
    options: InferOptions = {},
    texts: readonly string[] = [paris],
  ) {
    const { memory, store, extractor, clock } = await openInference(options)
    const first = await memory.add(
      texts.map(text => said(text)),
      infer,
    )
    clock.now += 1_000
    extractor.decisions = decisions
    const result = await memory.add(said(berlin), infer)
    return { memory, store, extractor, first, result, clock }
  }
  const replace =
    (why = 'changed', k = 0) =>
    (set: { cases: readonly { n: number }[] }) =>
      deciding(set.cases.map(({ n }) => ({ fact: n, replaces: [{ k, why }] })))

  test('that a fact has changed closes the old one, which the past still has', async () => {
    const { memory, first, result, clock } = await after(replace())
    const [old] = first.results
    expect(result.results).toMatchObject([
      { event: 'SUPERSEDE', memory: berlin, previousId: old?.id, previousMemory: paris },
    ])
    expect(await factsOf(memory)).toEqual([berlin])
    expect(await memory.get(old?.id ?? '')).toMatchObject({
      supersededBy: result.results[0]?.id,
      validTo: clock.now,
    })
    expect(await factsOf(memory, { asOf: clock.now - 500 })).toEqual([paris])
    expect(
      (await memory.history(old?.id ?? '')).map(({ event, successorId }) => [event, successorId]),
    ).toEqual([
      ['ADD', null],
      ['SUPERSEDE', result.results[0]?.id],
    ])
    const found = await memory.search('Ana lives in Paris', { ...ana, where: { origin: 'model' } })
    expect(found.results.map(item => item.memory)).toEqual([berlin])
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test.each(['detail', 'wrong'])(
    "that it is '%s' leaves it without an end: it never held by itself",
    async why => {
      const { memory, first, clock } = await after(replace(why))
      expect(await memory.get(first.results[0]?.id ?? '')).toMatchObject({ validTo: null })
      expect(await factsOf(memory, { asOf: clock.now - 500 })).toEqual([])
    },
  )

  test('that it is the same adds the source to the old one, and stores nothing', async () => {
    const { memory, first, result } = await after(set =>
      deciding(set.cases.map(({ n }) => ({ fact: n, same: [0] }))),
    )
    expect(result.results).toMatchObject([{ event: 'NONE', id: first.results[0]?.id }])
    const sources = [...first.messages, ...result.messages]
    expect(await memory.get(first.results[0]?.id ?? '')).toMatchObject({ derivation: { sources, seen: 2 } })
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test.each([
    ['names no fact', () => deciding([{ fact: 99, replaces: [{ k: 0, why: 'changed' }] }])],
    [
      'names no place',
      () => deciding([{ fact: 0, replaces: [{ k: 99 }, { k: -1 }, { k: '0' }], same: [1.5, '0'] }]),
    ],
    [
      'is no list',
      () => ({ ...deciding([]), decisions: [null, 7, { fact: 0, same: 'all', replaces: 3 }] }) as never,
    ],
    ['cannot be read', () => unreadable],
    ['is refused', () => refused],
  ])('that %s adds the fact beside the others', async (_, decisions) => {
    const { memory, result } = await after(decisions)
    expect(result.results).toMatchObject([{ event: 'ADD' }])
    expect(await factsOf(memory)).toEqual([berlin, paris])
  })

  test('of two about one fact the first counts: nothing is lost', async () => {
    const { memory } = await after(set =>
      deciding(
        set.cases.flatMap(({ n }) => [
          { fact: n, replaces: [{ k: 0, why: 'changed' }] },
          { fact: n, same: [0] },
        ]),
      ),
    )
    expect(await factsOf(memory)).toEqual([berlin])
  })

  test('never takes the place of what the caller wrote, of more than three, or of what mayReplace forbids', async () => {
    const all = (set: { cases: readonly { n: number; stored: readonly unknown[] }[] }) =>
      deciding(
        set.cases.map(({ n, stored }) => ({
          fact: n,
          replaces: stored.map((_, k) => ({ k, why: 'changed' })),
        })),
      )
    const texts = ['Paris', 'Rome', 'Oslo', 'Bonn', 'Kiel'].map(city => `Ana lives in ${city}`)
    const many = await after(all, {}, texts)
    expect(many.result.results[0]?.conflicts).toHaveLength(2)
    expect(await factsOf(many.memory)).toHaveLength(3)

    const { memory, extractor } = await openInference()
    const [own] = (await memory.add({ content: paris, type: 'semantic' }, ana)).results
    extractor.decisions = replace()
    const { results } = await memory.add(said(berlin), infer)
    expect(results).toMatchObject([{ event: 'ADD', conflicts: [own?.id] }])
    expect((await memory.get(own?.id ?? ''))?.supersededBy).toBeNull()

    const none = await after(replace(), { mayReplace: 'none' })
    expect(none.result.results).toMatchObject([{ event: 'ADD', conflicts: [none.first.results[0]?.id] }])
  })

  test('lets no older fact close a newer one: the older is stored closed', async () => {
    const { memory, extractor, clock } = await openInference()
    const newer = await memory.add(said(berlin), infer)
    extractor.decisions = replace()
    const older = await memory.add(said(paris, { createdAt: clock.now - 10_000 }), infer)
    expect(await factsOf(memory)).toEqual([berlin])
    expect(await memory.get(older.results[0]?.id ?? '')).toMatchObject({
      supersededBy: newer.results[0]?.id,
      validTo: clock.now,
    })
  })

  test('that would replace much of what is known replaces nothing', async () => {
    const texts = Array.from({ length: 8 }, (_, n) => `Ana lives in town number${n}`)
    const { memory, extractor, clock } = await openInference({ maxReplaced: 100, neighbours: 20 })
    await memory.add(
      texts.map(text => said(text)),
      infer,
    )
    clock.now += 1_000
    extractor.decisions = ({ cases }) =>
      deciding(
        cases.map(({ n, stored }) => ({ fact: n, replaces: stored.map((_, k) => ({ k, why: 'wrong' })) })),
      )
    const { results } = await memory.add(said('Ana lives in town'), infer)
    expect(results[0]?.conflicts?.length).toBeGreaterThan(5)
    expect(await factsOf(memory)).toHaveLength(9)
  })

  test('is about facts of the same owner alone: those of an agent are not those of the user', async () => {
    const { memory, extractor } = await openInference()
    await memory.add(said(paris), { ...infer, agentId: 'cook' })
    await memory.add(said(paris), { infer: true, userId: 'bob' })
    extractor.decisions = replace()
    const { results } = await memory.add(said(berlin), infer)
    expect(results).toMatchObject([{ event: 'ADD' }])
    expect(extractor.sets).toEqual([])
  })

  test('about facts of one call closes the earlier ones', async () => {
    const { memory, extractor } = await openInference()
    extractor.decisions = ({ cases }) =>
      deciding(cases.map(({ n }) => ({ fact: n, replaces: [{ k: 0, why: 'changed' }] })))
    const { results } = await memory.add([said(paris), said(berlin)], infer)
    expect(results.map(({ event }) => event)).toEqual(['ADD', 'SUPERSEDE'])
    expect(await factsOf(memory)).toEqual([berlin])
  })

  test('is not asked for with decide: false', async () => {
    const { extractor, memory } = await after(replace(), { decide: false })
    expect(extractor.sets).toEqual([])
    expect(await factsOf(memory)).toEqual([berlin, paris])
  })

  test("is the caller's: review leaves facts out, and what they would have closed stays", async () => {
    const { memory } = await after(replace(), {
      review: ({ facts }) => facts.filter(fact => !fact.memory.includes('Berlin')).map(({ id }) => id),
    })
    expect(await factsOf(memory)).toEqual([paris])
  })
})
