// Installs the libraries that agentmem is compared with, measures them and ours, and prints or adds the results.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { formatNumber } from './measured/format-number.ts'
import type { PeersReport } from './measured/report.ts'
import { startServers } from './opening/start-servers.ts'
import { readReport } from './report/compare-reports.ts'
import { newestReport, saveReport } from './report/saved-reports.ts'
import { sentenceOf } from './report/sections/peers.ts'
import { measurePeers } from './run/measure-peers.ts'
import { formatTable } from './terminal/format-table.ts'

const usage = `npm run bench:peers -- [--only NAME] [--sizes 10,100,1000] [--rounds 5] [--add-to FILE.json | --save]

  --only NAME     libraries whose name contains this
  --add-to FILE   adds the results to those of npm run bench -- --json FILE
  --save          adds them to the newest saved run in benchmarks/results, and renders its report again`

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    sizes: { ...text, default: '10,100,1000' },
    rounds: { ...text, default: '5' },
    only: { ...text, default: '' },
    'add-to': text,
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const sizes = values.sizes.split(',').map(Number)
const rounds = Number(values.rounds)
if (values.help || !Number.isInteger(rounds) || sizes.some(size => !Number.isInteger(size) || size < 1)) {
  console.error(usage)
  process.exit(2)
}

install()
const servers = await startServers(['pgvector'])
let peers: PeersReport
try {
  const onDone = (name: string, error: string | undefined): void =>
    console.error(error === undefined ? name : `${name}  FAILED: ${error.split('\n')[0]}`)
  peers = await measurePeers({ only: values.only, sizes, rounds, seed: 1, servers, onDone })
} finally {
  await servers.stop()
}
print(peers)
const file = values['add-to']
if (file !== undefined) {
  const report = readReport(readFileSync(file, 'utf8'), file)
  writeFileSync(file, `${JSON.stringify({ ...report, peers })}\n`)
}
if (values.save) {
  const newest = newestReport()
  if (!newest) throw new Error('There is no saved run to add to; npm run bench -- --save makes one.')
  console.log(`Added to ${saveReport({ ...newest.report, peers })}`)
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

function print({ rows, missing }: PeersReport): void {
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
  console.log(formatTable(headings, cells))
  const largest = Math.max(...rows.map(({ size }) => size))
  for (const row of rows.filter(({ size }) => size === largest)) console.log(sentenceOf(row))
  for (const { peer, reason } of missing) console.log(`${peer} was not measured: ${reason}`)
}
