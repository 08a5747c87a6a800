/**
 * The reference memory server of MCP beside ours, through the same client over stdio: writes, calls of 100 texts,
 * searches, and what is left after two processes wrote at once and after a kill -9. Each server in a process of its
 * own, in turn, in reversed order every second round.
 *
 *   node benchmarks/mcp-servers.ts [--rounds 3] [--sizes 1000,10000] [--calls 50]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { median, percentile } from './measured/statistics.ts'
import { mcpServers as names } from './peers/mcp-server.ts'
import { countAfterKill, countAfterTwoProcesses, measureMcpServer } from './peers/measure-mcp-server.ts'
import type { McpTimes } from './peers/measure-mcp-server.ts'
import { formatTable } from './terminal/format-table.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '1000,10000' },
    calls: { type: 'string', default: '50' },
  },
})
const rounds = Number(values.rounds)
const calls = Number(values.calls)
const writes = 50

for (const memories of values.sizes.split(',').map(Number)) {
  const measured = await inRounds(name =>
    inFolder(folder => measureMcpServer(name, folder, { memories, calls })),
  )
  console.log(`\n${memories} memories, medians of ${rounds} rounds with ${calls} calls each`)
  console.log(formatTable(['server', ...timeHeadings()], measured.map(timeRow)))
}
const left = await inRounds(async name => ({
  processes: await inFolder(folder => countAfterTwoProcesses(name, folder)),
  kill: await inFolder(folder => countAfterKill(name, folder, writes)),
}))
console.log(`\nMemories left, in each of ${rounds} rounds`)
console.log(
  formatTable(
    ['server', 'two processes, of 40', `after kill -9, of ${writes}`],
    left.map(([name, counts]) => [
      name,
      counts.map(({ processes }) => processes).join(', '),
      counts.map(({ kill }) => kill).join(', '),
    ]),
  ),
)

async function inRounds<Result>(
  work: (name: string) => Promise<Result>,
): Promise<(readonly [string, Result[]])[]> {
  const results = names.map(name => [name, [] as Result[]] as const)
  for (let round = 0; round < rounds; round++) {
    for (const [name, into] of round % 2 === 0 ? results : results.toReversed()) into.push(await work(name))
  }
  return results
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-mcp-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function timeHeadings(): string[] {
  const of = (what: string): string[] => [`${what} p50 ms`, `${what} p95 ms`]
  return [...of('write'), 'call of 100 ms', ...of('search'), 'found as written', 'words reversed']
}

function timeRow([name, times]: readonly [string, readonly McpTimes[]]): string[] {
  const of = (what: 'write' | 'batch' | 'search', share: number): string =>
    median(times.map(round => percentile(round[what], share))).toFixed(1)
  const found = (what: 'asWritten' | 'reordered'): string =>
    `${median(times.map(round => round[what]))} of ${calls}`
  return [
    name,
    of('write', 0.5),
    of('write', 0.95),
    of('batch', 0.5),
    of('search', 0.5),
    of('search', 0.95),
    found('asWritten'),
    found('reordered'),
  ]
}
