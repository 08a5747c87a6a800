import type { ScopeOptions } from '@agentmem/core'

import type { CellRow } from '../measured/cell.ts'
import type { Opened, Workbench } from './workbench.ts'

const batchSize = 1_000

/** Adds memories in batches of 1,000, all of one user unless `scopeOf` says whose the n-th is, and indexes them. */
export async function fill(
  bench: Workbench,
  { memory }: Opened,
  count: number,
  scopeOf?: (n: number) => ScopeOptions,
): Promise<CellRow> {
  const start = performance.now()
  for (let done = 0; done < count; done += batchSize) {
    const texts = bench.freshTexts(Math.min(batchSize, count - done))
    await (scopeOf
      ? memory.addBatch(texts.map((content, i) => ({ content, ...scopeOf(done + i) })))
      : memory.addBatch(texts, { userId: 'user' }))
  }
  const acknowledged = performance.now() - start
  await memory.flush()
  const indexed = performance.now() - start
  await memory.optimize()
  const optimized = performance.now() - start
  const bytes = await bench.bytesOnDisk()
  return {
    what: 'ingest',
    size: count,
    samples: {
      'acknowledged/s': [(count * 1_000) / acknowledged],
      'indexed/s': [(count * 1_000) / indexed],
      'optimized/s': [(count * 1_000) / optimized],
      ...(bytes !== undefined && { 'bytes/memory': [bytes / count] }),
    },
    failures: 0,
  }
}
