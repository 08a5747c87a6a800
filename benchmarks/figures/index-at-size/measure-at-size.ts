import { indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex } from '@agentmem/core'
import type { Scope, VectorIndex } from '@agentmem/core'
import type { IndexEntry } from '@agentmem/core/adapter'

import { formatNumber } from '../../measured/format-number.ts'
import { percentile } from '../../measured/statistics.ts'
import { indexes } from '../../opening/backends.ts'
import { formatTable } from '../../terminal/format-table.ts'

const dimensions = 384
const batchSize = 1_000
const k = 10
/** In thousandths of all. What is left over belongs to nobody that is asked for. */
const shares = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const org: Scope = { orgId: 'default' }

export interface SubjectAtSize {
  readonly name: string
  readonly size: number
}

/** The user of the nth vector: each user has its share, spread over all batches. */
function scopeOf(n: number): Scope {
  let slot = (n * 617) % 1_000
  for (const share of shares) {
    if (slot < share) return { ...org, userId: `share-${share}` }
    slot -= share
  }
  return { ...org, userId: 'nobody' }
}

function batchAt(start: number): IndexEntry[] {
  return indexEntries(dimensions, batchSize, n => scopeOf(start + n), 1 + start / batchSize).map(
    (entry, n) => ({
      ...entry,
      id: `entry-${start + n}`,
    }),
  )
}

async function open(folder: string, { name }: SubjectAtSize): Promise<VectorIndex> {
  const row = indexes[name]
  if (!row) throw new Error(`There is no index '${name}'; there are ${Object.keys(indexes).join(', ')}.`)
  return row.open({ folder, urls: {} }, dimensions, {})
}

function residentMB(): string {
  globalThis.gc?.()
  return formatNumber(process.memoryUsage.rss() / 1e6)
}

/** Fills a new index, batch by batch, and closes it. */
export async function measureFilling(folder: string, subject: SubjectAtSize): Promise<string> {
  const before = residentMB()
  const index = await open(folder, subject)
  const times: number[] = []
  for (let start = 0; start < subject.size; start += batchSize) {
    const upserts = batchAt(start)
    const began = performance.now()
    await index.apply({ upserts, deletes: [], cursor: start + batchSize, after: start })
    times.push(performance.now() - began)
  }
  const rateOf = (part: readonly number[]): string =>
    formatNumber((part.length * batchSize * 1_000) / part.reduce((sum, time) => sum + time, 0))
  const filled = residentMB()
  const began = performance.now()
  await index.optimize()
  const optimizeS = ((performance.now() - began) / 1_000).toFixed(1)
  const optimized = residentMB()
  const { bytesOnDisk = Number.NaN } = await index.stats()
  await index.close()
  const headings = ['taken in/s', 'last tenth/s', 'optimize s', 'disk MB']
  const resident = ['resident MB before', 'filled', 'optimized']
  const row = [
    rateOf(times),
    rateOf(times.slice(-times.length / 10)),
    optimizeS,
    formatNumber(bytesOnDisk / 1e6),
  ]
  return formatTable([...headings, ...resident], [[...row, before, filled, optimized]])
}

/** Opens the index in a process that has done nothing else, and searches each share. */
export async function measureShares(
  folder: string,
  subject: SubjectAtSize,
  queryCount: number,
): Promise<string> {
  const before = residentMB()
  const opening = performance.now()
  const index = await open(folder, subject)
  const openedS = ((performance.now() - opening) / 1_000).toFixed(2)
  const opened = residentMB()
  const queries = Array.from({ length: queryCount }, (_, i) => {
    const seed = 1 + ((i * 7) % (subject.size / batchSize))
    return queryVectors(dimensions, i + 1, seed)[i] ?? new Float32Array(dimensions)
  })
  const scopes = [
    ...shares.map(share => ({ share, scope: { ...org, userId: `share-${share}` } })),
    { share: 1_000, scope: org },
  ]
  const answers = new Map<number, Set<string>[]>()
  const rows = new Map<number, string[]>()
  for (const { share, scope } of scopes) {
    for (const vector of queries.slice(0, 20)) await index.search([{ vector, k, scope }])
    const times: number[] = []
    const found: Set<string>[] = []
    for (const vector of queries) {
      const start = performance.now()
      const [matches = []] = await index.search([{ vector, k, scope }])
      times.push(performance.now() - start)
      found.push(new Set(matches.map(match => match.id)))
    }
    answers.set(share, found)
    rows.set(
      share,
      [percentile(times, 0.5), percentile(times, 0.95)].map(time => time.toFixed(2)),
    )
  }
  const searched = residentMB()
  await index.close()
  const truth = new ExactIndex(dimensions)
  for (let start = 0; start < subject.size; start += batchSize) {
    await truth.apply({ upserts: batchAt(start), deletes: [], cursor: start + batchSize })
  }
  const table: string[][] = []
  for (const { share, scope } of scopes) {
    const truths = await truth.search(queries.map(vector => ({ vector, k, scope })))
    const hits = truths.map(
      (matches, i) => matches.filter(({ id }) => answers.get(share)?.[i]?.has(id)).length,
    )
    const recall = hits.reduce((sum, hit) => sum + hit, 0) / truths.flat().length
    table.push([`${share / 10}%`, ...(rows.get(share) ?? []), recall.toFixed(3)])
  }
  return (
    `opened in ${openedS} s; resident MB: ${before} before, ${opened} opened, ${searched} after searches\n` +
    formatTable(['share', 'p50 ms', 'p95 ms', `recall@${k}`], table)
  )
}
