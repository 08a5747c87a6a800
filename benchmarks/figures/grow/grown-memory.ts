import { HashEmbedder, Memory } from '@agentmem/core'

import { percentile } from '../../measured/statistics.ts'
import { sampleTexts } from '../../scenarios/sample-texts.ts'
import { openersOf } from './openers-of.ts'
import type { Grown } from './openers-of.ts'
import type { KnownSearch } from './recall-among.ts'

/** p50 and p95, in milliseconds. */
export type Times = readonly [number, number]

/** The memories of a user, and of a call. */
export const batchSize = 1_000
const queries = sampleTexts(2 ** 30, 200)

export async function openGrown(grown: Grown): Promise<Memory> {
  const parts = openersOf(grown)
  return Memory.open({ store: await parts.store(), index: await parts.index(), embedder: new HashEmbedder() })
}

export function userAt(n: number): string {
  return `user ${Math.floor(n / batchSize)}`
}

/** Ten searches of all memories, and ten of users spread over them. */
export function knownSearches(memories: number): KnownSearch[] {
  return queries.slice(0, 20).map((query, i) => {
    if (i < 10) return { query, scope: { agentId: 'assistant' }, first: 0, count: memories }
    const first = Math.floor(((i - 10) * memories) / 10 / batchSize) * batchSize
    return { query, scope: { userId: userAt(first) }, first, count: batchSize }
  })
}

export async function searchBoth(
  memory: Memory,
  n: number,
  times: { readonly one: number[]; readonly all: number[] },
): Promise<void> {
  const query = queries[(n / batchSize) % queries.length] ?? ''
  const embedding = { embedding: (await new HashEmbedder().embed([query], { as: 'query' }))[0] ?? [] }
  await timed(times.one, () => memory.search(embedding, { userId: userAt(n / 2), mode: 'vector' }))
  await timed(times.all, () => memory.search(embedding, { agentId: 'assistant', mode: 'vector' }))
}

export async function timed(times: number[], work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  const time = performance.now() - start
  times.push(time)
  return time
}

export function middle(times: readonly number[]): Times {
  return [percentile(times, 0.5), percentile(times, 0.95)]
}

/** In MB, after the collector has run. */
export function residentNow(): number {
  globalThis.gc?.()
  return process.memoryUsage.rss() / 1e6
}
