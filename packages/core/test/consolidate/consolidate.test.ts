import { describe, expect, test } from 'vitest'
import { MemoryError } from '../../src/contracts/errors.ts'
import { RuleExtractor } from '../../src/reference/rule-extractor.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { concluding, cut, refused, unreadable } from '../infer/fake-extractor.ts'
import { openMemory } from '../kit/open-memory.ts'
import { ana, chess, insightsOf, openConsolidation, summing } from './open-consolidation.ts'

describe('consolidate', () => {
  test('draws an insight from facts that are alike, of their owner and their time', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    const facts = await learn([...chess, 'The boat needs paint'])
    extractor.insights = set => concluding(summing(set))
    const { results, closed, dropped, failed, stopped, usage, batch } = await memory.consolidate(ana)
    expect(results).toEqual([
      { id: expect.any(String), memory: 'Ana plays chess often', sources: facts.slice(0, 3), replaces: [] },
    ])
    expect({ closed, dropped, failed, stopped }).toEqual({
      closed: [],
      dropped: [],
      failed: [],
      stopped: false,
    })
    expect(usage).toEqual({ calls: 1, inputTokens: 100, outputTokens: 10 })
    expect(extractor.clusters[0]?.clusters[0]?.facts.map(({ text }) => text)).toEqual(chess)
    const insight = await memory.get(results[0]?.id ?? '')
    expect(insight).toMatchObject({ type: 'insight', origin: 'model', userId: 'ana', runId: null })
    expect(insight?.derivation).toMatchObject({ batch, sources: facts.slice(0, 3), seen: 3, model: 'fake-1' })
    const newest = await memory.get(facts[2] ?? '')
    expect(insight?.createdAt).toBe(newest?.createdAt)
    const found = await memory.search('chess often', { ...ana, mode: 'text', topK: 1 })
    expect(found.results[0]?.id).toBe(insight?.id)
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test('run again asks nothing, adds nothing and moves no log', async () => {
    const { memory, store, extractor, learn } = await openConsolidation()
    await learn(chess)
    extractor.insights = set => concluding(summing(set))
    await memory.consolidate(ana)
    const [head, calls] = [await store.head(), extractor.calls]
    expect(await memory.consolidate(ana)).toMatchObject({ results: [], closed: [], usage: { calls: 0 } })
    expect(extractor.calls).toBe(calls)
    expect(await store.head()).toEqual(head)
  })

  test('asks nothing about an answer that had nothing to say, until the cluster changes', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    await learn(chess)
    await memory.consolidate(ana)
    await memory.consolidate(ana)
    expect(extractor.clusters).toHaveLength(1)
    await learn(['Ana plays chess on Thursday'])
    await memory.consolidate(ana)
    expect(extractor.clusters).toHaveLength(2)
  })

  test('puts a new insight in the place of its own earlier one about the same, and of nothing else', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    await learn(chess)
    const told = await memory.add({ content: 'Ana plays chess often', type: 'insight' }, ana)
    extractor.insights = set => concluding(summing(set))
    const first = await memory.consolidate(ana)
    await learn(['Ana plays chess on Thursday'])
    const second = await memory.consolidate(ana)
    expect(second.results[0]?.replaces).toEqual([first.results[0]?.id])
    expect(second.results[0]?.sources).toHaveLength(4)
    expect(await memory.get(told.results[0]?.id ?? '')).toMatchObject({ supersededBy: null, version: 1 })
    const old = await memory.get(first.results[0]?.id ?? '')
    expect(old?.supersededBy).toBe(second.results[0]?.id)
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test('keeps an earlier insight that follows from facts of another cluster too', async () => {
    const { memory, extractor, learn } = await openConsolidation({ least: 2 })
    const [, , bridge = ''] = await learn([
      'tea tea tea one',
      'tea tea tea two',
      'tea tea boat boat',
      'boat boat boat three',
      'boat boat boat four',
    ])
    extractor.insights = () => concluding([{ cluster: 0, sources: [0, 3], text: 'tea on a boat' }])
    expect((await memory.consolidate(ana)).results).toHaveLength(1)
    await memory.delete(bridge, { soft: true })
    extractor.insights = ({ clusters }) =>
      concluding(clusters.map(({ n }) => ({ cluster: n, sources: [0, 1], text: n === 0 ? 'tea' : 'boat' })))
    const { results } = await memory.consolidate(ana)
    expect(results.map(({ replaces }) => replaces)).toEqual(results.map(() => []))
    expect(await insightsOf(memory)).toContain('tea on a boat')
    expect(extractor.clusters.map(({ clusters }) => clusters.map(({ facts }) => facts.length))).toEqual([
      [5],
      [2, 2],
    ])
  })

  test('keeps an insight that a later answer draws from the same facts', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    await learn(chess)
    const first3 = { cluster: 0, sources: [0, 1, 2], text: 'Ana plays chess often' }
    extractor.insights = () => concluding([first3, { ...first3, text: 'Ana plays chess' }])
    const first = await memory.consolidate(ana)
    expect(first.results).toHaveLength(1)
    await learn(['Ana plays chess on Thursday'])
    expect((await memory.consolidate(ana)).results).toEqual([])
    expect(await insightsOf(memory)).toEqual(['Ana plays chess often'])
    expect((await memory.get(first.results[0]?.id ?? ''))?.version).toBe(1)
  })

  test('closes an insight whose fact was superseded, by what took its place, and draws it anew', async () => {
    const { memory, extractor, learn, store } = await openConsolidation()
    const facts = await learn(chess)
    extractor.insights = set => concluding(summing(set))
    const [insight] = (await memory.consolidate(ana)).results
    const [next = ''] = await learn(['Ana plays chess on Saturday'])
    const key = { orgId: 'default', id: facts[0] ?? '' }
    await store.patch([{ key, set: { supersededBy: next, validTo: 1 }, updatedAt: 1 }])
    const { closed, results } = await memory.consolidate(ana)
    expect(closed).toEqual([insight?.id])
    expect((await memory.get(insight?.id ?? ''))?.supersededBy).toBe(next)
    expect(results[0]?.sources).toEqual([facts[1], facts[2], next])
    expect((await memory.history(insight?.id ?? '')).at(-1)).toMatchObject({
      event: 'SUPERSEDE',
      successorId: next,
    })
  })

  test.each(['deleted', 'hidden', 'expired'] as const)(
    'leaves nothing of an insight whose fact is %s',
    async how => {
      const { memory, extractor, learn } = await openConsolidation()
      const [first = ''] = await learn(chess)
      extractor.insights = set => concluding(summing(set))
      const [insight] = (await memory.consolidate(ana)).results
      if (how === 'expired') await memory.expire({ ...ana, where: { id: first } })
      else await memory.delete(first, { soft: how === 'hidden', cascade: how !== 'hidden' })
      const { closed } = await memory.consolidate(ana)
      // What is deleted may have taken it along.
      if (how !== 'deleted') expect(closed).toEqual([insight?.id])
      expect(await memory.get(insight?.id ?? '')).toBeUndefined()
      expect(await insightsOf(memory)).toEqual([])
      if (how !== 'deleted') expect(await memory.history(insight?.id ?? '')).toEqual([])
      expect(await memory.verify()).toMatchObject({ ok: true })
    },
  )

  test('stores nothing of facts that are deleted while the model answers', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    const [first = ''] = await learn(chess)
    extractor.insights = set => concluding(summing(set))
    extractor.onCall = async () => void (await memory.delete(first))
    expect((await memory.consolidate(ana)).results).toEqual([])
    expect(await insightsOf(memory)).toEqual([])
  })

  test('never shows facts of two owners together', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    await learn(chess)
    await learn(chess, { userId: 'ben' })
    await learn(chess, { userId: 'ana', agentId: 'coach' })
    extractor.insights = set => concluding(summing(set))
    const { results } = await memory.consolidate(ana)
    expect(results).toHaveLength(1)
    expect(extractor.clusters.flatMap(({ clusters }) => clusters.map(({ facts }) => facts.length))).toEqual([
      3,
    ])
    expect(await insightsOf(memory, { userId: 'ben' })).toEqual([])
    const coached = await memory.consolidate({ userId: 'ana', agentId: 'coach' })
    expect(await memory.get(coached.results[0]?.id ?? '')).toMatchObject({ agentId: 'coach' })
  })

  test('asks about eight clusters a call, and stops before its budget is passed', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    const words = Array.from({ length: 10 }, (_, n) => String.fromCharCode(97 + n).repeat(9))
    await learn(words.flatMap(word => ['x', 'y', 'z'].map(end => `${word} ${word} ${word} ${word} ${end}`)))
    const { stopped, usage } = await memory.consolidate({ ...ana, budget: { calls: 1 } })
    expect({ stopped, calls: usage.calls }).toEqual({ stopped: true, calls: 1 })
    expect(extractor.clusters.map(({ clusters }) => clusters.length)).toEqual([8])
    expect(await memory.consolidate(ana)).toMatchObject({ stopped: false, usage: { calls: 1 } })
    expect(extractor.clusters[1]?.clusters.length).toBeLessThanOrEqual(2)
  })

  test('without an embedder, or an extractor that can do it, is UNSUPPORTED', async () => {
    const { extractor } = await openConsolidation()
    await using texts = await Memory.open({ store: new MapStore(), extractor })
    const { memory: rules } = await openMemory({ extractor: new RuleExtractor() })
    for (const memory of [texts, rules])
      await expect(memory.consolidate(ana)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    const { memory: none } = await openMemory()
    await expect(none.consolidate(ana)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('of wrong options is refused', async () => {
    const { memory } = await openConsolidation()
    const wrong = [{ runId: 'r', ...ana }, { budget: { calls: -1 } }, { threshold: 0.5 }]
    for (const options of wrong)
      await expect(memory.consolidate(options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    for (const consolidation of [{ similarity: 2 }, { least: 1 }, { changed: 0 }, { facts: 1 }, { every: 5 }])
      await expect(openConsolidation(consolidation)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('an answer', () => {
  test.each([
    ['no text', { cluster: 0, sources: [0, 1] }, 'it has no text'],
    ['too long a text', { cluster: 0, sources: [0, 1], text: 'chess '.repeat(400) }, 'more than'],
    ['a NUL', { cluster: 0, sources: [0, 1], text: 'chess \0' }, 'well-formed'],
    ['a cluster that is not there', { cluster: 7, sources: [0, 1], text: 'Ana plays chess' }, 'no cluster'],
    [
      'one fact alone',
      { cluster: 0, sources: [0, 0, 9, -1, '1'], text: 'Ana plays chess' },
      'fewer than two',
    ],
    ['a fact word for word', { cluster: 0, sources: [0, 1], text: 'ana plays chess on Monday!' }, 'already'],
    ['words of nobody', { cluster: 0, sources: [0, 1], text: 'John Doe works for Google' }, 'its words'],
    ['nothing at all', null, 'it has no text'],
  ])('with %s is not believed, and that is told', async (_, insight, reason) => {
    const { memory, extractor, learn } = await openConsolidation()
    await learn(chess)
    extractor.insights = () => concluding([insight])
    const { results, dropped } = await memory.consolidate(ana)
    expect(results).toEqual([])
    expect(dropped).toEqual([{ reason: expect.stringContaining(reason), text: expect.any(String) }])
  })

  test('that cannot be read is asked for once more, one that is too long by halves, and what fails is told', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    await learn([...chess, ...chess.map(text => text.replaceAll('Ana plays chess', 'Boats need red paint'))])
    extractor.insights = (set, call) =>
      set.clusters.length > 1 ? cut : call % 2 ? unreadable : concluding(summing(set))
    const { results, failed, usage } = await memory.consolidate(ana)
    expect(results.length + failed.length).toBe(2)
    expect(usage.calls).toBeGreaterThan(2)
    const other = await openConsolidation()
    await other.learn(chess)
    for (const [answer, code] of [
      [unreadable, 'MODEL_ANSWER'],
      [{ error: new MemoryError('UNAVAILABLE', 'It answered 503.') }, 'UNAVAILABLE'],
      [refused, 'MODEL_ANSWER'],
    ] as const) {
      other.extractor.insights = () => answer
      const told = await other.memory.consolidate(ana)
      expect(told.failed).toEqual([expect.objectContaining({ code })])
      expect(told.results).toEqual([])
    }
    // What was refused is not asked again.
    expect(await other.memory.consolidate(ana)).toMatchObject({ failed: [], usage: { calls: 0 } })
  })
})
