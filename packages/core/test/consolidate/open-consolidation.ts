import type { ClusterSet } from '../../src/contracts/extractor.ts'
import type { ConsolidationOptions } from '../../src/consolidate-api.ts'
import type { Memory } from '../../src/memory.ts'
import type { MapStore } from '../../src/reference/map-store.ts'
import { FakeExtractor } from '../infer/fake-extractor.ts'
import { openMemory } from '../kit/open-memory.ts'

export const ana = { userId: 'ana' }

/** An insight of each cluster, from all of its facts: the words that the first begins with. */
export function summing({ clusters }: ClusterSet): unknown[] {
  return clusters.map(({ n, facts }) => ({
    cluster: n,
    sources: facts.map((_, place) => place),
    text: `${facts[0]?.text.split(' ').slice(0, 3).join(' ')} often`,
  }))
}

export interface OpenedConsolidation {
  readonly memory: Memory
  readonly store: MapStore
  readonly extractor: FakeExtractor
  readonly clock: { now: number }
  /** Stores texts as facts of Ana. */
  readonly learn: (texts: readonly string[], scope?: object) => Promise<string[]>
}

/** A Memory whose extractor answers as the test says; each text that it learns is a fact. */
export async function openConsolidation(
  consolidation: ConsolidationOptions = {},
  grounding = 0.5,
): Promise<OpenedConsolidation> {
  const extractor = new FakeExtractor()
  const clock = { now: Date.UTC(2026, 2, 10) }
  const { memory, store } = await openMemory({
    extractor,
    infer: { grounding },
    consolidation,
    now: () => (clock.now += 1),
  })
  const learn = async (texts: readonly string[], scope: object = ana): Promise<string[]> => {
    const inputs = texts.map(content => ({ role: 'user', content }))
    const { results } = await memory.addBatch(inputs, { ...scope, infer: true })
    return results.map(({ id }) => id)
  }
  return { memory, store, extractor, clock, learn }
}

export const chess = [
  'Ana plays chess on Monday',
  'Ana plays chess on Friday',
  'Ana plays chess on Sunday',
] as const

/** The texts of the insights in force. */
export async function insightsOf(memory: Memory, scope: object = ana): Promise<string[]> {
  const { results } = await memory.getAll({ ...scope, where: { type: 'insight' } })
  return results.map(item => item.memory).toSorted()
}
