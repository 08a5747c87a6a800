import { ExactIndex } from '@agentmem/core'
import type { IndexEntry, Match, Scope, VectorIndex } from '@agentmem/core'

import { median, percentile } from './statistics.ts'

/** What the figures of every vector index have in common. */
export const dimensions = 384
export const k = 10
export const flushSize = 1_024
export const org: Scope = { orgId: 'acme' }
/** The columns of `searchTimes`. */
export const searchColumns: readonly string[] = ['p50 ms', 'p95 ms', 'p99 ms', 'cpu ms', 'recall@10']

/** The true nearest of each query, in each of the scopes. */
export async function trueMatches(
  entries: readonly IndexEntry[],
  queries: readonly Float32Array[],
  scopes: readonly Scope[],
): Promise<Match[][][]> {
  const exact = new ExactIndex(dimensions)
  await apply(exact, entries, 0)
  return Promise.all(scopes.map(scope => exact.search(queries.map(vector => ({ vector, k, scope })))))
}

/** Applies entries in batches, as a follower does. */
export async function fill(index: VectorIndex, entries: readonly IndexEntry[]): Promise<void> {
  for (let i = 0; i < entries.length; i += flushSize) await apply(index, entries.slice(i, i + flushSize), i)
}

export function apply(index: VectorIndex, upserts: readonly IndexEntry[], after: number): Promise<void> {
  return index.apply({ upserts, deletes: [], cursor: after + upserts.length, after })
}

/** Searches one by one, after some that warm up. */
export async function searchTimes(
  index: VectorIndex,
  truths: readonly (readonly Match[])[],
  queries: readonly Float32Array[],
  scope: Scope,
): Promise<string[]> {
  const times: number[] = []
  const processor: number[] = []
  let [found, asked] = [0, 0]
  for (const vector of queries.slice(-10)) await index.search([{ vector, k, scope }])
  for (const [i, vector] of queries.entries()) {
    const [started, cpuBefore] = [performance.now(), process.cpuUsage()]
    const [matches = []] = await index.search([{ vector, k, scope }])
    times.push(performance.now() - started)
    const { user, system } = process.cpuUsage(cpuBefore)
    processor.push((user + system) / 1_000)
    const ids = new Set(matches.map(match => match.id))
    const truth = truths[i] ?? []
    found += truth.filter(({ id }) => ids.has(id)).length
    asked += truth.length
  }
  const shown = [...[0.5, 0.95, 0.99].map(share => percentile(times, share)), median(processor)]
  return [...shown.map(ms => ms.toFixed(1)), (found / asked).toFixed(3)]
}

/** An index that keeps nothing but its place in the log: what adds cost without one. */
export function idleIndex(): VectorIndex {
  const index = new ExactIndex(dimensions)
  let cursor = 0
  index.apply = async batch => {
    cursor = batch.cursor
  }
  index.cursor = async () => cursor
  return index
}

export function rate(count: number, ms: number): string {
  return `${Math.round(count / (ms / 1_000))} a second`
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
