import type { FolderIndexOptions } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openWithSettings } from '../dist/open-usearch-index.js'

/** Opens an index whose sizes are so small that some hundred vectors take every path. */
export function openSmall({
  path,
  dimensions,
  scanUpTo = 64,
  snapshotAfter = 100,
}: {
  path?: string | undefined
  dimensions: number
  scanUpTo?: number
  snapshotAfter?: number
}): Promise<VectorIndex> {
  const settings = {
    path,
    dimensions,
    scanUpTo,
    segmentRows: 256,
    blockRows: 128,
    graphRows: 64,
    graphCost: 1,
    snapshotAfter,
  }
  return openWithSettings(() => settings)
}

/** The same with graphs so large that native code builds and saves them for a while. */
export function openLarge(options: FolderIndexOptions): Promise<VectorIndex> {
  const sizes = {
    scanUpTo: 100,
    segmentRows: 2_048,
    blockRows: 1_024,
    graphRows: 512,
    graphCost: 1,
    snapshotAfter: 500,
  }
  return openWithSettings(() => ({ path: undefined, ...sizes, ...options }))
}
