// Installs the libraries that agentmem is compared with, measures them and ours, and prints or adds the results.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { formatNumber } from './measured/format-number.ts'
import type { PeersReport, Report } from './measured/report.ts'
import { startServers } from './opening/start-servers.ts'
import { readReport } from './report/compare-reports.ts'
import { addToNewest } from './report/saved-reports.ts'
import { peerSearch } from './report/sections/peer-search.ts'
import { sentenceOf } from './report/sections/peers.ts'
import { runCommand } from './run/command-options.ts'
import { measurePeers } from './run/measure-peers.ts'
import { parsePeersCommand, usage } from './run/parse-peers-command.ts'
import type { PeersCommand } from './run/parse-peers-command.ts'
import { formatTable } from './terminal/format-table.ts'

async function main(): Promise<void> {
  const command = parsePeersCommand(process.argv.slice(2))
  if (command.help) return console.log(usage)
  const { addTo, save } = command
  install()
  const servers = await startServers(['pgvector'])
  let peers: PeersReport
  try {
    const onDone = (name: string, error: string | undefined): void =>
      console.error(error === undefined ? name : `${name}  FAILED: ${error.split('\n')[0]}`)
    peers = await measurePeers({ ...command, seed: 1, servers, onDone })
  } finally {
    await servers.stop()
  }
  print(peers)
  const added = (report: Report): Pick<Report, 'peers'> => ({ peers: besides(report.peers, peers, command) })
  if (addTo !== undefined) {
    const report = readReport(readFileSync(addTo, 'utf8'), addTo)
    writeFileSync(addTo, `${JSON.stringify({ ...report, ...added(report) })}\n`)
  }
  if (save) console.log(`Added to ${addToNewest(added)}`)
}

/** What was not measured now stays as it was. */
function besides(known: PeersReport | undefined, peers: PeersReport, command: PeersCommand): PeersReport {
  const kept = (wanted: number, name: keyof PeersReport): Partial<PeersReport> =>
    wanted === 0 && known ? { [name]: known[name] } : {}
  return {
    ...peers,
    ...kept(command.sizes.length, 'rows'),
    ...kept(command.searched.length, 'searches'),
    ...kept(command.kills, 'kills'),
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

await runCommand(main)
