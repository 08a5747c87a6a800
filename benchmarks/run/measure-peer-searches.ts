import { join } from 'node:path'

import type { PeerKillRow, PeerSearchRow, PeersReport } from '../measured/report.ts'
import { estimateMedian, median, percentile } from '../measured/statistics.ts'
import type { StartedServers } from '../opening/start-servers.ts'
import { pgvectorDatabase, withPgvectorDatabase } from '../opening/with-pgvector-database.ts'
import type { PeerAnswer, PeerSearchSamples, PeerTask, PeerUseInfo } from '../peers/peer-task.ts'
import { ourName } from '../measured/peer-names.ts'
import { killPeer } from './kill-peer.ts'

const program = join(import.meta.dirname, '../peers/peer-process.ts')
const killTimeoutMs = 60_000
/** Memories that are acknowledged before the first kill; each further one comes later. */
const firstKill = 200

export interface PeerSearchOptions {
  readonly only: string
  readonly searched: readonly number[]
  readonly rounds: number
  readonly seed: number
  readonly kills: number
  readonly servers: StartedServers
  readonly onDone: (name: string, error: string | undefined) => void
  readonly ask: (task: PeerTask) => Promise<PeerAnswer>
  readonly versionOf: (name: string) => string
}

/** A library in its batch call: how its memories came in makes no difference to searches and kills. */
interface Candidate {
  readonly place: number
  readonly use: PeerUseInfo
}

interface Beside {
  readonly searches: PeerSearchRow[]
  readonly kills: PeerKillRow[]
  readonly missing: PeersReport['missing'][number][]
}

/** Measures the searches of each library, ours among them, round by round in reversed order, and kills each. */
export async function measureSearchesAndKills(
  uses: readonly PeerUseInfo[],
  options: PeerSearchOptions,
): Promise<Beside> {
  const wanted = options.only.toLowerCase()
  const candidates = uses
    .map((use, place): Candidate => ({ place, use }))
    .filter(({ use }) => use.kind === 'batch')
    .filter(({ use: { peer } }) => peer === ourName || peer.toLowerCase().includes(wanted))
  const missing: Beside['missing'] = []
  const fail = ({ use }: Candidate, doing: string, error: string): void => {
    options.onDone(`${use.peer}: ${doing}`, error)
    missing.push({ peer: `${use.peer}, ${use.use}, ${doing},`, reason: error.split('\n')[0] ?? '' })
  }
  const samples = await searchAll(candidates, options, fail)
  const searches = candidates.flatMap(candidate => rowsOf(candidate, samples.get(candidate) ?? [], options))
  const kills: PeerKillRow[] = []
  // A server lives on when its client is killed.
  const mortal = candidates.filter(({ use }) => !use.needsPostgres && !use.startsEmpty)
  for (const candidate of options.kills > 0 ? mortal : []) {
    const row = await killOften(candidate, options)
    if ('error' in row) fail(candidate, 'killed', row.error)
    else kills.push(row)
  }
  return { searches, kills, missing }
}

type Rounds = ReadonlyMap<Candidate, readonly (readonly PeerSearchSamples[])[]>

async function searchAll(
  candidates: readonly Candidate[],
  { searched, rounds, servers, ask, onDone }: PeerSearchOptions,
  fail: (candidate: Candidate, doing: string, error: string) => void,
): Promise<Rounds> {
  const samples = new Map<Candidate, PeerSearchSamples[][]>()
  const failed = new Set<Candidate>()
  for (let round = 0; round < rounds && searched.length > 0; round++) {
    for (const candidate of round % 2 === 0 ? candidates : candidates.toReversed()) {
      const { place, use } = candidate
      if (failed.has(candidate) || use.startsEmpty) continue
      const task = { job: 'search', use: place, sizes: searched } as const
      const answer = use.needsPostgres
        ? await withPgvectorDatabase(servers, postgresUrl => ask({ ...task, postgresUrl }))
        : await ask({ ...task, postgresUrl: undefined })
      if ('searches' in answer) {
        samples.set(candidate, [...(samples.get(candidate) ?? []), [...answer.searches]])
        onDone(`${use.peer}: search, ${use.use}`, undefined)
      } else {
        failed.add(candidate)
        fail(candidate, 'search', 'error' in answer ? answer.error : 'no answer')
      }
    }
  }
  return samples
}

function rowsOf(
  { use }: Candidate,
  rounds: readonly (readonly PeerSearchSamples[])[],
  { searched, seed, servers, versionOf }: PeerSearchOptions,
): PeerSearchRow[] {
  return searched.flatMap((memories): PeerSearchRow[] => {
    const measured = rounds.flatMap(round => round.filter(({ size }) => size === memories))
    const p50 = estimateMedian(
      measured.map(({ times }) => times),
      seed,
    )
    if (!p50) return []
    const statements = measured.at(-1)?.statements
    return [
      {
        peer: use.peer,
        version: versionOf(use.package),
        use: use.use,
        durability: use.durability ?? pgvectorDatabase(servers),
        memories,
        p50,
        p95: median(measured.map(({ times }) => percentile(times, 0.95))),
        recall: median(measured.map(({ recall }) => recall)),
        ...(statements !== undefined && { statements }),
      },
    ]
  })
}

async function killOften(
  { place, use }: Candidate,
  { kills, versionOf, onDone }: PeerSearchOptions,
): Promise<PeerKillRow | { readonly error: string }> {
  let [acknowledged, found] = [0, 0]
  for (let kill = 0; kill < kills; kill++) {
    const result = await killPeer(program, place, firstKill + 70 * kill, killTimeoutMs)
    if ('error' in result) return result
    acknowledged += result.acknowledged
    found += result.found
  }
  onDone(`${use.peer}: killed ${kills} times, ${use.use}`, undefined)
  return { peer: use.peer, version: versionOf(use.package), use: use.use, kills, acknowledged, found }
}
