import { ExactIndex, HashEmbedder, MapStore, Memory, RuleExtractor } from '@agentmem/core'
import type { MemoryItem, MemoryTenants } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core/adapter'

/** Organizations whose users, ids and texts are the same: two that look alike, and that of a Memory that names none. */
export const organizations = ['acme', 'Acme', 'default'] as const
/** Whose memories they are in each. */
export const ana = { userId: 'ana', runId: 'kitchen' }
/** Ids that every organization uses, the longest among them. */
export const sharedIds: readonly string[] = ['1', 'note/ä', 'x'.repeat(128)]
/** Their texts. */
export const texts: readonly string[] = [
  'Ana drinks green tea',
  'Bruno brings his cello to Porto',
  'The lentil soup wants a lemon',
]

/** The same memories in every organization, but for a word that says whose they are. */
export function inputsOf(org: string): { id: string; content: string; metadata: { org: string } }[] {
  return sharedIds.map((id, i) => ({ id, content: texts[i] ?? '', metadata: { org } }))
}

/** Organizations over a Store, an index or both; what is left out is core's. The parts stay open. */
export function openOrganizations({
  store = new MapStore(),
  index = new ExactIndex({ dimensions: 32 }),
}: {
  readonly store?: Store
  readonly index?: VectorIndex
}): Promise<MemoryTenants> {
  const embedder = new HashEmbedder({ dimensions: index.dimensions })
  const infer = { background: false }
  return Memory.openTenants({
    store,
    index,
    embedder,
    extractor: new RuleExtractor(),
    infer,
    closeParts: false,
  })
}

/** What a memory is, as far as it is the same in every organization of this file. */
export function saidOf({ id, memory, metadata, version }: MemoryItem): unknown[] {
  return [id, memory, metadata['org'], version]
}
