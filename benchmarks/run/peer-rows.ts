import type { PeerRow, Report } from '../measured/report.ts'
import { estimateMedian } from '../measured/statistics.ts'
import type { Estimate } from '../measured/statistics.ts'
import type { PeerSamples, PeerUseInfo } from '../peers/peer-task.ts'
import { ourName } from '../measured/peer-names.ts'
import { findRows, measureOf } from '../report/find-rows.ts'

/** One way of using one library, and what each round has measured of it. */
export interface MeasuredUse {
  readonly use: PeerUseInfo
  readonly version: string
  readonly rounds: readonly (readonly PeerSamples[])[]
}

export interface PeerRowsOptions {
  readonly sizes: readonly number[]
  readonly seed: number
  /** What the Postgres is that was handed out. */
  readonly database: string
}

interface Summary {
  readonly rate: Estimate
  readonly indexedRate: Estimate
  readonly embedCalls: number
  readonly statements?: number
}

type Ours = Pick<PeerRow, 'like' | 'likeRate' | 'likeIndexedRate' | 'likeEmbedCalls' | 'likeStatements'>

/** A row for each peer and size that has a counterpart of ours: a cell of the matrix, or ours in the place of a peer. */
export function makePeerRows(
  measured: readonly MeasuredUse[],
  cells: Pick<Report, 'rows'>,
  { sizes, seed, database }: PeerRowsOptions,
): PeerRow[] {
  const peers = measured.filter(({ use }) => use.peer !== ourName)
  return peers.flatMap(({ use, version, rounds }) =>
    sizes.flatMap(size => {
      const theirs = summarize(rounds, size, seed)
      const ours = use.needsPostgres
        ? onSamePostgres(use, measured, size, seed)
        : inSameKindOfPlace(use, cells, size)
      if (!theirs || !ours) return []
      return [
        {
          peer: use.peer,
          version,
          use: use.use,
          durability: use.durability ?? database,
          size,
          rate: theirs.rate,
          embedCalls: theirs.embedCalls,
          ...(theirs.statements !== undefined && { statements: theirs.statements }),
          ...ours,
        },
      ]
    }),
  )
}

function onSamePostgres(
  { kind }: PeerUseInfo,
  measured: readonly MeasuredUse[],
  size: number,
  seed: number,
): Ours | undefined {
  const ours = measured.find(({ use }) => use.peer === ourName && use.kind === kind)
  const summary = ours && summarize(ours.rounds, size, seed)
  if (!summary) return undefined
  return {
    like: `postgres + pgvector (${strategyOf(kind)})`,
    likeRate: summary.rate,
    likeIndexedRate: summary.indexedRate,
    likeEmbedCalls: summary.embedCalls,
    ...(summary.statements !== undefined && { likeStatements: summary.statements }),
  }
}

function inSameKindOfPlace(
  { kind, like = [] }: PeerUseInfo,
  cells: Pick<Report, 'rows'>,
  size: number,
): Ours | undefined {
  const what = strategyOf(kind)
  const row = like.flatMap(([store, index]) => findRows(cells, { store, index, what, size })).at(0)
  const likeRate = measureOf(row, 'acknowledged/s')
  const likeIndexedRate = measureOf(row, 'indexed/s')
  if (!row || !likeRate || !likeIndexedRate) return undefined
  const embedCalls = row.facts['embed calls']
  return {
    like: `${row.store} + ${row.index} (${what})`,
    likeRate,
    likeIndexedRate,
    ...(embedCalls !== undefined && { likeEmbedCalls: embedCalls }),
  }
}

function strategyOf(kind: PeerUseInfo['kind']): string {
  return kind === 'batch' ? 'addBatch' : 'one by one'
}

function summarize(rounds: MeasuredUse['rounds'], size: number, seed: number): Summary | undefined {
  const samples = rounds.flatMap(round => round.filter(row => row.size === size))
  const estimate = (times: readonly (readonly number[])[]): Estimate | undefined =>
    estimateMedian(
      times.map(round => round.map(ms => (size / ms) * 1_000)),
      seed,
    )
  const rate = estimate(samples.map(({ times }) => times))
  const indexedRate = estimate(samples.map(({ indexedTimes }) => indexedTimes))
  const last = samples.at(-1)
  if (!rate || !indexedRate || !last) return undefined
  const { embedCalls, statements } = last
  return { rate, indexedRate, embedCalls, ...(statements !== undefined && { statements }) }
}
