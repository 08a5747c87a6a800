import { MemoryError } from '@agentmem/core/adapter'
import type { HierarchicalNswClass } from './hnsw-graph.ts'

/** Loads the native addon. Throws `NOT_INSTALLED` with the commands that build it. */
export async function loadHnswlib(): Promise<HierarchicalNswClass> {
  try {
    const { HierarchicalNSW } = (await import('hnswlib-node')).default
    return HierarchicalNSW
  } catch (cause) {
    throw new MemoryError(
      'NOT_INSTALLED',
      'The native addon of hnswlib-node is missing: it is compiled when it is installed (with Python and a C++ ' +
        'compiler), and package managers skip that unless it is allowed. Run `pnpm approve-builds hnswlib-node` ' +
        '(or `pnpm rebuild hnswlib-node` when it is approved already), `npm rebuild hnswlib-node` with npm.',
      { cause },
    )
  }
}
