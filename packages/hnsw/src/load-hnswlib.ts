import { importLibrary } from '@agentmem/core/adapter'
import { createRequire } from 'node:module'

/** As much of hnswlib-node as is used. Its own types are there only where it could be compiled. */
export interface HierarchicalNsw {
  initIndex(maxElements: number, m: number, efConstruction: number, randomSeed: number): void
  readIndexSync(filename: string): void
  writeIndexSync(filename: string): void
  resizeIndex(newMaxElements: number): void
  addPoint(point: number[], label: number): void
  markDelete(label: number): void
  searchKnn(
    queryPoint: number[],
    numNeighbors: number,
    filter?: (label: number) => boolean,
  ): { distances: number[]; neighbors: number[] }
  getMaxElements(): number
  getCurrentCount(): number
  setEf(ef: number): void
}

/** The class that hnswlib-node exports. */
export type HierarchicalNswClass = new (space: 'ip', dimensions: number) => HierarchicalNsw

/** How to get the native addon, after the word "Run:". */
const install =
  '`pnpm approve-builds hnswlib-node` (`pnpm rebuild hnswlib-node` when it is approved already), or with npm ' +
  '`npm rebuild hnswlib-node`. The native addon is compiled on install, with Python, make and a C++ compiler; ' +
  'package managers skip that unless it is allowed. @agentmem/usearch needs no compiler.'

/** Throws `NOT_INSTALLED`. */
export async function loadHnswlib(): Promise<HierarchicalNswClass> {
  const require = createRequire(import.meta.url)
  const load = async (): Promise<{ HierarchicalNSW: HierarchicalNswClass }> => require('hnswlib-node')
  return (await importLibrary(load, { name: 'hnswlib-node', install })).HierarchicalNSW
}
