import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { findRows, measureOf } from '../report/find-rows.ts'
import type { PeerRow, PeersReport, Report } from '../report/report.ts'
import { summarizeCells } from '../report/summarize-cells.ts'
import { estimateMedian } from '../statistics.ts'
import type { PeerUse } from '../peers/peer.ts'
import type { PeerAnswer, PeerSamples, PeerTask } from '../peers/peer-task.ts'
import type { CellResult, Combination } from './cell.ts'
import { spawnCell } from './spawn-cell.ts'
import { spawnTask } from './spawn-task.ts'
import type { StartedServers } from './start-servers.ts'
import { pgvectorDatabase, withPgvectorDatabase } from './with-pgvector-database.ts'

const peersFolder = join(import.meta.dirname, '../peers')
const program = join(peersFolder, 'peer-process.ts')
const timeoutMs = 300_000

export interface PeersOptions {
  /** Part of the names of the libraries that are measured; '' for all. */
  readonly only: string
  readonly sizes: readonly number[]
  readonly rounds: number
  readonly seed: number
  readonly servers: StartedServers
  readonly onDone: (name: string, error: string | undefined) => void
}

type Use = Omit<PeerUse, 'open'>

/** Measures every way of using every library, and ours beside them, round by round in reversed order. */
export async function measurePeers(options: PeersOptions): Promise<PeersReport> {
  const uses = await listUses(options)
  const combinations = await workingCombinations(uses, options)
  const samples = new Map<number, PeerSamples[][]>()
  const cells: CellResult[] = []
  const errors = new Map<number, string>()
  for (let round = 0; round < options.rounds; round++) {
    const turns = [...uses.keys()].filter(place =>
      uses[place]?.peer.toLowerCase().includes(options.only.toLowerCase()),
    )
    for (const place of round % 2 === 0 ? turns : turns.toReversed()) {
      if (errors.has(place)) continue
      const answer = await measureUse(place, uses[place]?.needsPostgres ?? false, options)
      if ('samples' in answer) samples.set(place, [...(samples.get(place) ?? []), [...answer.samples]])
      else errors.set(place, 'error' in answer ? answer.error : 'no answer')
      options.onDone(`${uses[place]?.peer}: ${uses[place]?.use}`, errors.get(place))
    }
    for (const combination of round % 2 === 0 ? combinations : combinations.toReversed()) {
      cells.push(await measureOurs(combination, round, options))
      options.onDone(`agentmem: ${combination.store} + ${combination.index}`, undefined)
    }
  }
  const ours: Pick<Report, 'rows'> = { rows: summarizeCells(cells, options.seed) }
  const rows = uses.flatMap((use, place) => rowsOf(use, samples.get(place) ?? [], ours, options))
  const missing = [...errors].map(([place, reason]) => ({
    peer: `${uses[place]?.peer}, ${uses[place]?.use},`,
    reason: reason.split('\n')[0] ?? '',
  }))
  return { rows, missing }
}

function measureUse(
  use: number,
  needsPostgres: boolean,
  { sizes, servers }: PeersOptions,
): Promise<PeerAnswer> {
  return needsPostgres
    ? withPgvectorDatabase(servers, postgresUrl => ask({ use, sizes, postgresUrl }))
    : ask({ use, sizes, postgresUrl: undefined })
}

async function ask(task: PeerTask): Promise<PeerAnswer> {
  return spawnTask<PeerAnswer>(program, task, timeoutMs)
}

async function listUses({ sizes }: PeersOptions): Promise<readonly Use[]> {
  const answer = await ask({ sizes, postgresUrl: undefined })
  if ('uses' in answer) return answer.uses
  throw new Error(`The libraries cannot be loaded: ${'error' in answer ? answer.error : 'no answer'}`)
}

/** For each kind of place the first combination of ours that runs here. */
async function workingCombinations(uses: readonly Use[], options: PeersOptions): Promise<Combination[]> {
  const wanted = new Map(uses.map(({ like }) => [JSON.stringify(like), like]))
  const working = new Map<string, Combination>()
  for (const like of wanted.values()) {
    for (const [store, index] of like) {
      const combination = { store, index, embedder: 'hash' }
      // pgvector beside Postgres is like theirs only on a server that has it.
      if (store === 'postgres' && options.servers.urls.pgvector === undefined) continue
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

function rowsOf(
  use: Use,
  rounds: readonly (readonly PeerSamples[])[],
  ours: Pick<Report, 'rows'>,
  { sizes, seed, servers }: PeersOptions,
): PeerRow[] {
  const what = use.kind === 'batch' ? 'addBatch' : 'one by one'
  return sizes.flatMap(size => {
    const measured = rounds.flatMap(round => round.filter(row => row.size === size))
    const perSecond = measured.map(({ times }) => times.map(ms => (size / ms) * 1_000))
    const rate = estimateMedian(perSecond, seed)
    const like = use.like.flatMap(([store, index]) => findRows(ours, { store, index, what, size })).at(0)
    const likeRate = measureOf(like, 'acknowledged/s')
    const likeIndexedRate = measureOf(like, 'indexed/s')
    const last = measured.at(-1)
    if (!rate || !last || !like || !likeRate || !likeIndexedRate) return []
    return [
      {
        peer: use.peer,
        version: versionOf(use.package),
        use: use.use,
        durability: use.durability ?? pgvectorDatabase(servers),
        size,
        rate,
        embedCalls: last.embedCalls,
        ...(last.statements !== undefined && { statements: last.statements }),
        like: `${like.store} + ${like.index} (${what})`,
        likeRate,
        likeIndexedRate,
      },
    ]
  })
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
