import type { BenchSettings } from './bench-settings.ts'
import type { Combination } from './cell.ts'
import type { Environment } from './environment.ts'
import type { Latency } from './latency.ts'
import type { RecallReport } from './recall-report.ts'
import type { Estimate } from './statistics.ts'

/** Raised whenever a reader of older files would misread newer ones. */
export const reportSchema = 1

/** A backend that was asked for, and what became of it. */
export interface BackendReport {
  readonly part: 'store' | 'index' | 'embedder'
  readonly name: string
  readonly status: 'measured' | 'unavailable' | 'failed conformance'
  /** Why it was not measured. */
  readonly reason?: string
  /** Cases of the conformance kit that passed before it was measured. */
  readonly casesPassed: number
  readonly durability?: string
  /** Why a batch cannot save as much here as elsewhere. */
  readonly savesLess?: string
  readonly versions: Readonly<Record<string, string>>
}

/** One thing that was measured of one combination, over all rounds. */
export interface ReportRow extends Combination {
  readonly scenario: string
  readonly what: string
  readonly size: number
  readonly rounds: number
  /** Median and interval by name, such as 'acknowledged/s'. */
  readonly measures: Readonly<Record<string, Estimate>>
  /** What single calls took, all rounds together. */
  readonly latency?: Latency
  readonly failures: number
  /** Counts, such as statements a batch; the largest of all rounds. */
  readonly facts: Readonly<Record<string, number>>
  /** Resident memory of the process at its peak, the highest of all rounds. */
  readonly peakRssBytes: number
}

/** A cell without a result. */
export interface FailedCell {
  readonly cell: string
  readonly error: string
}

/** One library beside ours, doing the same. */
export interface PeerRow {
  readonly peer: string
  readonly version: string
  /** Which call was used: its documented one, or its best batch call. */
  readonly use: string
  readonly durability: string
  readonly size: number
  /** Memories a second. */
  readonly rate: Estimate
  /** Of one call of that size, or of as many calls as it takes; so are the statements, where they can be counted. */
  readonly embedCalls?: number
  readonly statements?: number
  /** The combination of ours with the same durability on the same database. */
  readonly like: string
  readonly likeRate: Estimate
  /** Ours until all are in the vector index as well. */
  readonly likeIndexedRate: Estimate
  readonly likeEmbedCalls?: number
  /** Until all are in the vector index, which is sent statements as well. */
  readonly likeStatements?: number
}

/** Searches for 10 among one user's memories that are all in the index, one search after the other. */
export interface PeerSearchRow {
  readonly peer: string
  readonly version: string
  /** What was searched, where a library has several. */
  readonly use: string
  readonly durability: string
  readonly memories: number
  /** Milliseconds. */
  readonly p50: Estimate
  readonly p95: number
  /** The share of the 10 nearest by exact comparison that was among the 10 found. */
  readonly recall: number
  /** Of one search, where they can be counted. */
  readonly statements?: number
}

/** What is found again after a process was killed that had acknowledged so many memories. */
export interface PeerKillRow {
  readonly peer: string
  readonly version: string
  readonly use: string
  readonly kills: number
  /** Of all kills. */
  readonly acknowledged: number
  readonly found: number
}

export interface PeersReport {
  readonly rows: readonly PeerRow[]
  readonly searches?: readonly PeerSearchRow[]
  readonly kills?: readonly PeerKillRow[]
  /** Peers that could not be measured, and why. */
  readonly missing: readonly { readonly peer: string; readonly reason: string }[]
}

/** What `npm run bench -- --add` has measured later. */
export interface AddedCells {
  readonly startedAt: string
  readonly gitSha: string
  readonly cells: readonly string[]
}

/** The raw results of a run, from which every report is made. */
export interface Report {
  readonly schema: typeof reportSchema
  readonly startedAt: string
  readonly seconds: number
  readonly environment: Environment
  readonly settings: BenchSettings
  readonly backends: readonly BackendReport[]
  readonly rows: readonly ReportRow[]
  readonly failed: readonly FailedCell[]
  /** Cells that later runs have added. */
  readonly added?: readonly AddedCells[]
  readonly peers?: PeersReport
  /** What `npm run bench:recall` has added. */
  readonly retrieval?: RecallReport
}
