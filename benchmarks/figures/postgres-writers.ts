/**
 * What one writer and eight at once put into one PostgreSQL database: in one process over one Store with a pool of
 * 10 connections, and in processes of their own. Each way in turn, on a schema of its own. Afterwards the change log
 * is read: it must hold every memory that was acknowledged, and the spans of the writes must cover it without a gap.
 *
 *   node benchmarks/figures/postgres-writers.ts [--rounds 5] [--seconds 4] [--batch-size 100] [--writers 8]
 *
 * Each way warms up for two seconds and is measured for `--seconds`, in every round. The server is that of
 * AGENTMEM_POSTGRES_URL, or is started.
 */
import { parseArgs } from 'node:util'

import { openPostgresStore } from '@agentmem/postgres'
import { startPostgres } from '@agentmem/testcontainers'
import pg from 'pg'

import { formatNumber } from '../measured/format-number.ts'
import { median } from '../measured/statistics.ts'
import { formatTable } from '../terminal/format-table.ts'
import { checkLog } from './postgres-writers/check-log.ts'
import { runWriters } from './postgres-writers/run-writers.ts'
import type { WritersResult } from './postgres-writers/run-writers.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    rounds: { ...text, default: '5' },
    seconds: { ...text, default: '4' },
    'batch-size': { ...text, default: '100' },
    writers: { ...text, default: '8' },
  },
})
const [rounds, writers] = [Number(values.rounds), Number(values.writers)]
const [seconds, batchSize] = [Number(values.seconds), Number(values['batch-size'])]
const ways = [
  { name: 'one process, one writer', processes: 1, writers: 1 },
  { name: `one process, ${writers} writers`, processes: 1, writers },
  { name: `${writers} processes, a writer each`, processes: writers, writers: 1 },
]

const server = await startPostgres()
const client = new pg.Client({ connectionString: server.url })
await client.connect()
const ask = async (sql: string): Promise<string> =>
  String(Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0])
const results = new Map<string, WritersResult[]>(ways.map(({ name }) => [name, []]))
const gaps: string[] = []

async function measure(way: (typeof ways)[number], round: number): Promise<WritersResult> {
  const schema = `writers_${process.pid}_${round}_${ways.indexOf(way)}`
  const store = await openPostgresStore({ url: server.url, schema })
  try {
    const task = { url: server.url, schema, writers: way.writers, seconds, batchSize }
    const result = await runWriters(way.processes, task)
    const wrong = await checkLog(store, result)
    if (wrong !== undefined) gaps.push(`${way.name}, round ${round}: ${wrong}`)
    return result
  } finally {
    await store.close()
    await client.query(`drop schema ${schema} cascade`)
  }
}

try {
  await client.query('set client_min_messages = warning')
  const commit = await ask('show synchronous_commit')
  const settings = `${server.version} (${server.rung}), synchronous_commit ${commit}, fsync ${await ask('show fsync')}`
  const deadlocks = 'select deadlocks from pg_stat_database where datname = current_database()'
  const deadlocksBefore = Number(await ask(deadlocks))
  // The first round warms up the server.
  for (let round = 0; round <= rounds; round++) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const result = await measure(way, round)
      if (round > 0) results.get(way.name)?.push(result)
    }
  }
  const rateOf = (name: string): number => median((results.get(name) ?? []).map(({ rate }) => rate))
  const rows = [...results].map(([name, of]) => {
    const times = of.flatMap(({ times }) => times)
    const rates = of.map(({ rate }) => rate)
    return [
      name,
      formatNumber(median(rates)),
      `${formatNumber(Math.min(...rates))} to ${formatNumber(Math.max(...rates))}`,
      `${(rateOf(name) / rateOf(ways[0]?.name ?? '')).toFixed(2)}x`,
      formatNumber(median(times)),
      formatNumber(Math.max(...times)),
      String(of.reduce((sum, { failures }) => sum + failures.length, 0)),
      String(of.flatMap(({ failures }) => failures).filter(({ deadlock }) => deadlock).length),
    ]
  })
  console.log(`${settings}; addBatch(${batchSize}) for ${seconds} s, medians of ${rounds} rounds in turn\n`)
  const headings = ['writers', 'memories/s', 'rounds', 'of one', 'p50 ms', 'longest', 'failures', 'deadlocks']
  console.log(formatTable(headings, rows))
  console.log(`\ndeadlocks that the server met with: ${Number(await ask(deadlocks)) - deadlocksBefore}`)
  const failures = [...results.values()].flat().flatMap(({ failures }) => failures)
  for (const { message } of failures.slice(0, 3)) console.log(`failure: ${message}`)
  console.log(gaps.length === 0 ? 'the log of every round is whole, without a gap' : gaps.join('\n'))
  if (gaps.length > 0 || failures.length > 0) process.exitCode = 1
} finally {
  await client.end()
  await server.stop()
}
