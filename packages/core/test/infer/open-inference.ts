import type { InferOptions } from '../../src/infer-api.ts'
import type { Memory } from '../../src/memory.ts'
import type { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { FakeExtractor } from './fake-extractor.ts'

export const ana = { userId: 'ana' }
export const infer = { ...ana, infer: true } as const

export interface OpenedInference {
  readonly memory: Memory
  readonly store: MapStore
  readonly extractor: FakeExtractor
  /** What the memory takes for now. */
  readonly clock: { now: number }
}

/** A Memory whose extractor answers as the test says. */
export async function openInference(options: InferOptions = {}): Promise<OpenedInference> {
  const extractor = new FakeExtractor()
  const clock = { now: Date.UTC(2026, 2, 10) }
  const { memory, store } = await openMemory({ extractor, infer: options, now: () => clock.now })
  return { memory, store, extractor, clock }
}

/** The texts of Ana's facts. */
export async function factsOf(memory: Memory, options: object = {}): Promise<string[]> {
  const { results } = await memory.getAll({ ...ana, where: { origin: 'model' }, ...options })
  return results.map(item => item.memory).toSorted()
}

export const said = (content: string, fields: object = {}) => ({ role: 'user', content, ...fields })
