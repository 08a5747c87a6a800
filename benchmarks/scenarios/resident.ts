import { memoryUsage } from 'node:process'

import type { Memory } from '@agentmem/core'

import { sampleTexts } from '../sample-texts.ts'

/** What hnswlib keeps of a vector: its own copy of 384 Float32, and 2 x M links of 4 bytes with their count (M = 24). */
const graphBytes = 384 * 4 + (2 * 24 + 1) * 4

/**
 * Resident memory with 100,000 memories stored and indexed, beside what vectors and graph need in any case.
 */
export async function resident(memory: Memory): Promise<Record<string, number>> {
  const count = 100_000
  const before = memoryUsage().rss
  const start = performance.now()
  for (let i = 0; i < count; i += 1_000)
    await memory.addBatch(sampleTexts(i, 1_000), { userId: `user${i % 7_000}` })
  const acknowledged = performance.now() - start
  await memory.flush()
  const indexed = performance.now() - start
  await memory.search('cold swimming', { userId: 'user0' })
  const megabyte = 2 ** 20
  return {
    memories: count,
    'acknowledged/s': count / (acknowledged / 1_000),
    'indexed/s': count / (indexed / 1_000),
    'rss at start MB': before / megabyte,
    'rss MB': memoryUsage().rss / megabyte,
    'vectors MB': (count * 384 * 4) / megabyte,
    'graph MB': (count * graphBytes) / megabyte,
  }
}
