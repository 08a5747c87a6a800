import type { VectorIndex } from '@agentmem/core/adapter'
import { openWithSettings } from '../dist/open-usearch-index.js'

/** Opens an index whose sizes are so small that some hundred vectors take every path. */
export function openSmall({
  path,
  dimensions,
  scanUpTo = 64,
  snapshotAfter = 100,
}: {
  path: string | undefined
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
