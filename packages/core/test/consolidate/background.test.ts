import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ConsolidationOptions } from '../../src/consolidate-api.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { RuleExtractor } from '../../src/reference/rule-extractor.ts'
import { concluding, FakeExtractor } from '../infer/fake-extractor.ts'
import { openMemory } from '../kit/open-memory.ts'
import { ana, chess, insightsOf, summing } from './open-consolidation.ts'

async function opened(consolidation: ConsolidationOptions) {
  const extractor = new FakeExtractor()
  extractor.insights = set => concluding(summing(set))
  const failures: string[] = []
  const { memory, store } = await openMemory({
    extractor,
    consolidation,
    now: () => Date.now(),
    onBackgroundError: error => void failures.push(error.message),
  })
  const inputs = chess.map(content => ({ role: 'user', content }))
  await memory.addBatch(inputs, { ...ana, infer: true })
  return { memory, store, extractor, failures }
}

describe('consolidation in the background', () => {
  beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 2, 10) }))
  afterEach(() => vi.useRealTimers())

  test('draws insights once enough facts have changed, and asks nothing while nothing does', async () => {
    const { memory, store, extractor } = await opened({ background: true, changed: 3 })
    expect(await insightsOf(memory)).toEqual([])
    await vi.advanceTimersByTimeAsync(120_000)
    expect(await insightsOf(memory)).toEqual(['Ana plays chess often'])
    const asked = extractor.clusters.length
    // The run after the insight sees it, and moves its cursor; those after it read two rows and write none.
    await vi.advanceTimersByTimeAsync(300_000)
    const [cursor, lease] = await store.readMeta(['consolidate:default', 'consolidate-lease:default'])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(await store.readMeta(['consolidate:default', 'consolidate-lease:default'])).toEqual([
      cursor,
      lease,
    ])
    expect(extractor.clusters).toHaveLength(asked)
    await memory.close()
  })

  test('is off by default', async () => {
    const { memory, extractor } = await opened({ changed: 3 })
    await vi.advanceTimersByTimeAsync(600_000)
    expect(extractor.clusters).toEqual([])
    await memory.close()
  })

  test('tells what a call of the extractor came to', async () => {
    const { memory, extractor, failures } = await opened({ background: true, changed: 3 })
    extractor.insights = () => {
      throw new Error('no model today')
    }
    await vi.advanceTimersByTimeAsync(120_000)
    expect(failures.join()).toContain('no model today')
    expect((await memory.stats()).infer.lastError).toContain('no model today')
    await memory.close()
  })
})

test('consolidation in the background is refused where nothing could draw insights', async () => {
  const consolidation = { background: true }
  const opening = Memory.open({ store: new MapStore(), extractor: new RuleExtractor(), consolidation })
  await expect(opening).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('needs an extractor that draws insights') as string,
  })
})
