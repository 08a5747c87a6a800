import type { VectorIndex } from '@agentmem/core'
import type { IndexEntry } from '@agentmem/core/adapter'

import { formatNumber } from '../../measured/format-number.ts'
import { median, percentile } from '../../measured/statistics.ts'
import type { OwnPlace } from '../../opening/own-place.ts'
import { formatTable } from '../../terminal/format-table.ts'
import { clusteredEntries, k, questionsOn } from './clustered-sample.ts'
import type { Questions } from './clustered-sample.ts'
import { inTurn } from './subject.ts'
import type { Subject } from './subject.ts'

/** As a follower hands them over. */
const flushSize = 1_024
/** The number of turns: each asks a part of the queries, of every index one after the other. */
const turns = 5

interface Filled {
  readonly name: string
  readonly place: OwnPlace
  readonly index: VectorIndex
  /** Vectors a second, seconds of `optimize()`, megabytes. */
  readonly figures: readonly string[]
}

/** What a query took in milliseconds: by the clock, and of processor time. */
interface Samples {
  readonly times: number[]
  readonly processor: number[]
  found: number
  wanted: number
}

/** Fills each index, then searches all of them in turn, one query after the other. */
export async function measureSearches(
  subjects: readonly Subject[],
  size: number,
  queryCount: number,
): Promise<string> {
  const entries = clusteredEntries(size)
  const questions = await questionsOn(entries, queryCount)
  const filled: Filled[] = []
  try {
    for (const subject of subjects) filled.push(await fill(subject, entries))
    const rows: string[][] = []
    for (const asked of questions) {
      const samples = await searchInTurn(filled, asked)
      for (const { name, figures } of filled) {
        rows.push([name, asked.of, ...summarize(samples.get(name)), ...(asked.of === 'all' ? figures : [])])
      }
    }
    const headings = ['index', 'searched in', 'p50 ms', 'p95 ms', 'p99 ms', 'cpu ms', `recall@${k}`]
    return (
      `${formatNumber(size)} vectors, ${queryCount} queries a scope\n` +
      formatTable([...headings, 'filled/s', 'optimize s', 'MB'], rows)
    )
  } finally {
    for (const { index, place } of filled) {
      await index.close()
      await place.remove()
    }
  }
}

async function fill({ name, makePlace, open }: Subject, entries: readonly IndexEntry[]): Promise<Filled> {
  const place = await makePlace()
  const index = await open(place)
  const start = performance.now()
  for (let after = 0; after < entries.length; after += flushSize) {
    const upserts = entries.slice(after, after + flushSize)
    await index.apply({ upserts, deletes: [], cursor: after + upserts.length, after })
  }
  const filledMs = performance.now() - start
  await index.optimize()
  const optimizeMs = performance.now() - start - filledMs
  const { bytesOnDisk = Number.NaN } = await index.stats()
  const rate = formatNumber((entries.length * 1_000) / filledMs)
  const figures = [rate, (optimizeMs / 1_000).toFixed(1), formatNumber(bytesOnDisk / 1e6)]
  return { name, place, index, figures }
}

async function searchInTurn(filled: readonly Filled[], asked: Questions): Promise<Map<string, Samples>> {
  const samples = new Map<string, Samples>(
    filled.map(({ name }) => [name, { times: [], processor: [], found: 0, wanted: 0 }]),
  )
  const each = Math.ceil(asked.queries.length / turns)
  for (let turn = 0; turn < turns; turn++) {
    for (const { name, index } of inTurn(filled, turn)) {
      const sample = samples.get(name)
      if (sample) await ask(index, asked, turn * each, (turn + 1) * each, sample)
    }
  }
  return samples
}

/** Asks the queries from one position up to another, after some that warm up. */
async function ask(
  index: VectorIndex,
  { queries, truths, scope }: Questions,
  from: number,
  to: number,
  sample: Samples,
): Promise<void> {
  for (const vector of queries.slice(0, 10)) await index.search([{ vector, k, scope }])
  for (const [i, vector] of queries.slice(from, to).entries()) {
    const [start, cpuBefore] = [performance.now(), process.cpuUsage()]
    const [matches = []] = await index.search([{ vector, k, scope }])
    sample.times.push(performance.now() - start)
    const { user, system } = process.cpuUsage(cpuBefore)
    sample.processor.push((user + system) / 1_000)
    const ids = new Set(matches.map(({ id }) => id))
    const truth = truths[from + i] ?? []
    sample.found += truth.filter(({ id }) => ids.has(id)).length
    sample.wanted += truth.length
  }
}

function summarize(sample: Samples | undefined): string[] {
  const { times, processor, found, wanted } = sample ?? { times: [], processor: [], found: 0, wanted: 0 }
  const shown = [...[0.5, 0.95, 0.99].map(share => percentile(times, share)), median(processor)]
  return [...shown.map(formatNumber), (found / wanted).toFixed(3)]
}
