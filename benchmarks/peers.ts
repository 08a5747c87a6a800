// Installs the libraries that agentmem is compared with, measures them and ours, and prints or adds the results.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { formatNumber } from './measured/format-number.ts'
import type { PeersReport, Report } from './measured/report.ts'
import { startServers } from './opening/start-servers.ts'
import { readReport } from './report/compare-reports.ts'
import { newestReport, saveReport } from './report/saved-reports.ts'
import { peerSearch } from './report/sections/peer-search.ts'
import { sentenceOf } from './report/sections/peers.ts'
import { measurePeers } from './run/measure-peers.ts'
import { formatTable } from './terminal/format-table.ts'

const usage = `npm run bench:peers -- [--only NAME] [--sizes 10,100,1000] [--searched 1000,10000] [--rounds 5] [--kills 5]
  [--add-to FILE.json | --save]

  --only NAME     libraries whose name contains this
  --sizes LIST    memories of one add; 0 for no adds
  --searched LIST memories among which is searched; 0 for no searches
  --kills N       how often each library that keeps its data itself is killed
  --add-to FILE   adds the results to those of npm run bench -- --json FILE
  --save          adds them to the newest saved run in benchmarks/results, and renders its report again`

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    sizes: { ...text, default: '10,100,1000' },
    searched: { ...text, default: '1000,10000' },
    rounds: { ...text, default: '5' },
    kills: { ...text, default: '5' },
    only: { ...text, default: '' },
    'add-to': text,
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const listOf = (given: string): number[] => (given === '0' ? [] : given.split(',').map(Number))
const [sizes, searched] = [listOf(values.sizes), listOf(values.searched)]
const [rounds, kills] = [Number(values.rounds), Number(values.kills)]
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0
if (values.help || !isCount(rounds) || !isCount(kills) || ![...sizes, ...searched].every(isCount)) {
  console.error(usage)
  process.exit(2)
}

install()
const servers = await startServers(['pgvector'])
let peers: PeersReport
try {
  const onDone = (name: string, error: string | undefined): void =>
    console.error(error === undefined ? name : `${name}  FAILED: ${error.split('\n')[0]}`)
  peers = await measurePeers({ only: values.only, sizes, searched, rounds, kills, seed: 1, servers, onDone })
} finally {
  await servers.stop()
}
print(peers)
const file = values['add-to']
if (file !== undefined) {
  const report = readReport(readFileSync(file, 'utf8'), file)
  writeFileSync(file, `${JSON.stringify({ ...report, peers: besides(report.peers) })}\n`)
}
if (values.save) {
  const newest = newestReport()
  if (!newest) throw new Error('There is no saved run to add to; npm run bench -- --save makes one.')
  console.log(`Added to ${saveReport({ ...newest.report, peers: besides(newest.report.peers) })}`)
}

/** What was not measured now stays as it was. */
function besides(known: PeersReport | undefined): PeersReport {
  const kept = (wanted: number, name: keyof PeersReport): Partial<PeersReport> =>
    wanted === 0 && known ? { [name]: known[name] } : {}
  return {
    ...peers,
    ...kept(sizes.length, 'rows'),
    ...kept(searched.length, 'searches'),
    ...kept(kills, 'kills'),
  }
}

function install(): void {
  const root = join(import.meta.dirname, '..')
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  const { status } = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--silent'], {
    cwd: join(import.meta.dirname, 'peers'),
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, CI: 'true' },
  })
  if (status !== 0) throw new Error('The libraries could not be installed.')
}

function print(report: PeersReport): void {
  const { rows, missing } = report
  const cells = rows.map(row => [
    `${row.peer} ${row.version}: ${row.use}`,
    String(row.size),
    formatNumber(row.rate.median),
    String(row.embedCalls ?? '-'),
    String(row.statements ?? '-'),
    row.like,
    formatNumber(row.likeRate.median),
    formatNumber(row.likeIndexedRate.median),
    String(row.likeEmbedCalls ?? '-'),
    String(row.likeStatements ?? '-'),
  ])
  const theirs = ['library', 'size', 'memories/s', 'embeds', 'statements']
  const headings = [...theirs, 'like', 'ours/s', 'indexed/s', 'embeds', 'statements']
  if (rows.length > 0) console.log(formatTable(headings, cells))
  const section = peerSearch({ peers: report } as Report)
  for (const table of [section?.table, ...(section?.details ?? []).map(({ table }) => table)]) {
    if (table)
      console.log(
        `\n${formatTable(
          [...table.headings],
          table.rows.map(row => [...row]),
        )}`,
      )
  }
  const largest = Math.max(...rows.map(({ size }) => size))
  for (const row of rows.filter(({ size }) => size === largest)) console.log(sentenceOf(row))
  for (const { peer, reason } of missing) console.log(`${peer} was not measured: ${reason}`)
}
