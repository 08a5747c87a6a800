import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { CellResult, Combination } from '../measured/cell.ts'
import type { PeersReport } from '../measured/report.ts'
import type { StartedServers } from '../opening/start-servers.ts'
import { pgvectorDatabase, withPgvectorDatabase } from '../opening/with-pgvector-database.ts'
import type { PeerAnswer, PeerSamples, PeerTask, PeerUseInfo } from '../peers/peer-task.ts'
import { ourName } from '../measured/peer-names.ts'
import { summarizeCells } from '../report/summarize-cells.ts'
import { makePeerRows } from './peer-rows.ts'
import type { MeasuredUse } from './peer-rows.ts'
import { measureSearchesAndKills } from './measure-peer-searches.ts'
import { spawnCell } from './spawn-cell.ts'
import { spawnTask } from './spawn-task.ts'

const peersFolder = join(import.meta.dirname, '../peers')
const program = join(peersFolder, 'peer-process.ts')
const timeoutMs = 300_000

export interface PeersOptions {
  /** Part of the names of the libraries that are measured; '' for all. */
  readonly only: string
  readonly sizes: readonly number[]
  /** Memories that are searched; none for no searches. */
  readonly searched: readonly number[]
  /** How often each library that keeps something in its process or in files is killed. */
  readonly kills: number
  readonly rounds: number
  readonly seed: number
  readonly servers: StartedServers
  readonly onDone: (name: string, error: string | undefined) => void
}

/** A way of using a library that takes part, and its place in the list of all. */
interface Turn {
  readonly place: number
  readonly use: PeerUseInfo
  readonly rounds: (readonly PeerSamples[])[]
  error?: string
}

/** Measures every way of using every library, and ours beside them, round by round in reversed order. */
export async function measurePeers(options: PeersOptions): Promise<PeersReport> {
  const all = await listUses()
  const turns = options.sizes.length > 0 ? chooseTurns(all, options.only) : []
  const combinations = await workingCombinations(turns, options)
  const cells: CellResult[] = []
  for (let round = 0; round < options.rounds; round++) {
    const inOrder = <T>(list: readonly T[]): readonly T[] => (round % 2 === 0 ? list : list.toReversed())
    for (const turn of inOrder(turns)) {
      if (turn.error !== undefined) continue
      const answer = await measureUse(turn, options)
      if ('samples' in answer) turn.rounds.push(answer.samples)
      else turn.error = 'error' in answer ? answer.error : 'no answer'
      options.onDone(nameOf(turn), turn.error)
    }
    for (const combination of inOrder(combinations)) {
      cells.push(await measureOurs(combination, round, options))
      options.onDone(`${ourName}: ${combination.store} + ${combination.index}`, undefined)
    }
  }
  const measured = turns.map(({ use, rounds }): MeasuredUse => ({
    use,
    rounds,
    version: versionOf(use.package),
  }))
  const { sizes, seed, servers } = options
  const ours = { rows: summarizeCells(cells, seed) }
  const rows = makePeerRows(measured, ours, { sizes, seed, database: pgvectorDatabase(servers) })
  const missing = turns.flatMap(turn => missingOf(turn, rows))
  const beside = await measureSearchesAndKills(all, { ...options, ask, versionOf })
  return { rows, searches: beside.searches, kills: beside.kills, missing: [...missing, ...beside.missing] }
}

/** The libraries that were asked for, and ours where one of them has ours in its place on Postgres beside it. */
function chooseTurns(uses: readonly PeerUseInfo[], only: string): Turn[] {
  const turns = uses.map((use, place): Turn => ({ place, use, rounds: [] }))
  const peers = turns.filter(
    ({ use }) => use.peer !== ourName && use.peer.toLowerCase().includes(only.toLowerCase()),
  )
  const onPostgres = peers.some(({ use }) => use.needsPostgres)
  const ours = turns.filter(({ use }) => use.peer === ourName && use.writes !== false)
  return onPostgres ? [...peers, ...ours] : peers
}

function nameOf({ use }: Turn): string {
  return `${use.peer}: ${use.use}`
}

function missingOf({ use, error }: Turn, rows: PeersReport['rows']): PeersReport['missing'] {
  const peer = `${use.peer}, ${use.use},`
  if (error !== undefined) return [{ peer, reason: error.split('\n')[0] ?? '' }]
  const compared = use.peer === ourName || rows.some(row => row.peer === use.peer && row.use === use.use)
  return compared ? [] : [{ peer, reason: 'nothing of ours could be measured beside it' }]
}

function measureUse({ place, use }: Turn, { sizes, servers }: PeersOptions): Promise<PeerAnswer> {
  const task = { job: 'add', use: place, sizes } as const
  return use.needsPostgres
    ? withPgvectorDatabase(servers, postgresUrl => ask({ ...task, postgresUrl }))
    : ask({ ...task, postgresUrl: undefined })
}

async function ask(task: PeerTask): Promise<PeerAnswer> {
  return spawnTask<PeerAnswer>(program, task, timeoutMs)
}

async function listUses(): Promise<readonly PeerUseInfo[]> {
  const answer = await ask({ job: 'list' })
  if ('uses' in answer) return answer.uses
  throw new Error(`The libraries cannot be loaded: ${'error' in answer ? answer.error : 'no answer'}`)
}

/** For each kind of place the first combination of ours that runs here. */
async function workingCombinations(turns: readonly Turn[], options: PeersOptions): Promise<Combination[]> {
  const wanted = new Map(turns.map(({ use: { like = [] } }) => [JSON.stringify(like), like]))
  const working = new Map<string, Combination>()
  for (const like of wanted.values()) {
    for (const [store, index] of like) {
      const combination = { store, index, embedder: 'hash' }
      const spec = { scenario: 'add', combination, sizes: [5], round: 0, quick: true }
      const answer = await spawnCell({ measure: spec, serverUrls: options.servers.urls }, timeoutMs)
      if (!('measured' in answer)) continue
      working.set(`${store} ${index}`, combination)
      break
    }
  }
  return [...working.values()]
}

async function measureOurs(
  combination: Combination,
  round: number,
  { sizes, servers }: PeersOptions,
): Promise<CellResult> {
  const spec = { scenario: 'add', combination, sizes, round, quick: false }
  const answer = await spawnCell({ measure: spec, serverUrls: servers.urls }, timeoutMs)
  if ('measured' in answer) return answer.measured
  throw new Error(
    `${combination.store} + ${combination.index}: ${'error' in answer ? answer.error : 'no answer'}`,
  )
}

function versionOf(name: string): string {
  for (const folder of ['.', 'mastra-lance']) {
    try {
      const file = join(peersFolder, folder, 'node_modules', name, 'package.json')
      return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    } catch {
      continue
    }
  }
  return ''
}
