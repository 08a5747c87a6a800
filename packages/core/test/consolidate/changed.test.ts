import { describe, expect, test } from 'vitest'
import { concluding, FakeExtractor } from '../infer/fake-extractor.ts'
import { openMemory } from '../kit/open-memory.ts'
import { ana, chess, insightsOf, openConsolidation, summing } from './open-consolidation.ts'

const ben = { userId: 'ben' }

describe('consolidate without a user', () => {
  test('looks at owners with enough changed facts, counted over calls', async () => {
    const { memory, extractor, learn } = await openConsolidation({ changed: 4 })
    extractor.insights = set => concluding(summing(set))
    await learn(chess)
    await learn([...chess, 'Ana plays chess on Thursday'], ben)
    expect((await memory.consolidate()).results).toHaveLength(1)
    expect(await insightsOf(memory)).toEqual([])
    expect(await insightsOf(memory, ben)).toHaveLength(1)
    await learn(['The boat needs paint'])
    expect((await memory.consolidate()).results).toHaveLength(1)
    expect(await insightsOf(memory)).toHaveLength(1)
    expect(await memory.consolidate()).toMatchObject({ results: [], closed: [], usage: { calls: 0 } })
  })

  test('goes on where it was, and over a page again that the budget ended', async () => {
    const { memory, store, extractor, learn } = await openConsolidation({ changed: 3 })
    extractor.insights = set => concluding(summing(set))
    await learn(chess)
    await learn(chess, ben)
    const first = await memory.consolidate({ budget: { calls: 1 } })
    expect(first).toMatchObject({ stopped: true, usage: { calls: 1 } })
    expect(await store.readMeta(['consolidate:default'])).toEqual([undefined])
    const second = await memory.consolidate({ budget: { calls: 1 } })
    expect(second).toMatchObject({ stopped: false, usage: { calls: 1 } })
    expect([await insightsOf(memory), await insightsOf(memory, ben)]).toEqual([
      ['Ana plays chess often'],
      ['Ana plays chess often'],
    ])
    const [cursor = ''] = await store.readMeta(['consolidate:default'])
    expect(JSON.parse(cursor)).toMatchObject({ position: expect.any(Number) })
    expect(await memory.consolidate()).toMatchObject({ results: [], usage: { calls: 0 } })
  })

  test('draws them for an organization with the longest name', async () => {
    const extractor = new FakeExtractor()
    extractor.insights = set => concluding(summing(set))
    const { memory } = await openMemory({ extractor, consolidation: { changed: 3 }, orgId: 'o'.repeat(255) })
    const inputs = chess.map(content => ({ role: 'user', content }))
    await memory.addBatch(inputs, { ...ana, infer: true })
    expect((await memory.consolidate()).results).toHaveLength(1)
    expect((await memory.consolidate()).usage.calls).toBe(0)
  })

  test('leaves no insight of a fact that is erased, at any number of changes', async () => {
    const { memory, extractor, learn } = await openConsolidation({ changed: 3 })
    extractor.insights = set => concluding(summing(set))
    const facts = await learn(chess)
    expect((await memory.consolidate()).results).toHaveLength(1)
    await memory.delete(facts[0] ?? '', { purgeHistory: true })
    expect((await memory.consolidate()).results).toEqual([])
    expect(await insightsOf(memory)).toEqual([])
  })

  test('works on one organization at a time, and waits with a signal', async () => {
    const { memory, store, extractor, learn } = await openConsolidation({ changed: 3 })
    await learn(chess)
    await store.writeMeta([{ key: 'consolidate-lease:default', value: 'another 1 flush' }])
    const given = new AbortController()
    const waiting = memory.consolidate({ signal: given.signal })
    given.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    expect(extractor.clusters).toEqual([])
  })

  test('two at once store each insight once', async () => {
    const { memory, extractor, learn } = await openConsolidation({ changed: 3 })
    extractor.insights = set => concluding(summing(set))
    await learn(chess)
    const both = await Promise.all([memory.consolidate(), memory.consolidate(ana)])
    expect(both.flatMap(({ results }) => results)).toHaveLength(1)
    expect(await insightsOf(memory)).toEqual(['Ana plays chess often'])
  })

  test('what was drawn is undone by revert', async () => {
    const { memory, extractor, learn } = await openConsolidation()
    extractor.insights = set => concluding(summing(set))
    await learn(chess)
    const first = await memory.consolidate(ana)
    await learn(['Ana plays chess on Thursday'])
    const second = await memory.consolidate(ana)
    expect(await memory.revert(second.batch, ana)).toEqual({ removed: 1, restored: 1 })
    expect((await memory.get(first.results[0]?.id ?? ''))?.supersededBy).toBeNull()
  })
})
