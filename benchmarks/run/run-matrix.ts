import { join } from 'node:path'

import { codeIdentity, readEnvironment } from '../environment.ts'
import { reportSchema } from '../report/report.ts'
import type { BackendReport, FailedCell, Report } from '../report/report.ts'
import { summarizeCells } from '../report/summarize-cells.ts'
import { indexes, stores } from '../backends.ts'
import type { BackendRow } from '../backends.ts'
import type { BenchSettings } from './bench-settings.ts'
import { nameOf } from './cell.ts'
import type { CellResult, CellSpec } from './cell.ts'
import { checkBackends } from './check-backends.ts'
import { estimateSeconds, planCells } from './plan-cells.ts'
import { RunFolder } from './run-folder.ts'
import { spawnCell } from './spawn-cell.ts'
import { startServers } from './start-servers.ts'

const runsFolder = join(import.meta.dirname, '../../node_modules/.agentmem/bench-runs')
/** A cell that takes this much longer than it was thought to is taken for hung. */
const patience = 10
const leastTimeoutMs = 120_000

export interface MatrixOptions {
  readonly fresh: boolean
  readonly signal: AbortSignal
  readonly onStart: (plan: { cells: number; done: number; seconds: number; folder: string }) => void
  readonly onBackend: (report: BackendReport) => void
  readonly onCell: (name: string, done: number, of: number, error: string | undefined) => void
}

/** Runs all cells that the settings ask for, each in a fresh process, and puts the results together. */
export async function runMatrix(settings: BenchSettings, options: MatrixOptions): Promise<Report> {
  const start = performance.now()
  const startedAt = new Date().toISOString()
  const environment = readEnvironment()
  const folder = new RunFolder(runsFolder, settings, `${codeIdentity()} ${process.version}`)
  if (options.fresh) folder.clear()
  const rows: (BackendRow | undefined)[] = [
    ...settings.stores.map(name => stores[name]),
    ...settings.indexes.map(name => indexes[name]),
  ]
  const servers = await startServers(
    rows.flatMap(row => [row?.server, row?.prefers].filter(name => name !== undefined)),
  )
  try {
    const backends = await checkBackends(settings, servers, options.onBackend)
    const cells = planCells(onlyMeasured(settings, backends))
    const earlier = cells.flatMap(cell => folder.read(cell) ?? [])
    const open = cells.filter(cell => !folder.read(cell))
    options.onStart({
      cells: cells.length,
      done: earlier.length,
      seconds: estimateSeconds(open),
      folder: folder.path,
    })
    const results: CellResult[] = [...earlier]
    const failed: FailedCell[] = []
    for (const cell of open) {
      if (options.signal.aborted) break
      const answer = await spawnCell(
        { measure: cell, serverUrls: servers.urls },
        timeoutOf(cell),
        options.signal,
      )
      if (options.signal.aborted) break
      if ('measured' in answer) {
        folder.write(answer.measured)
        results.push(answer.measured)
      } else {
        failed.push({ cell: nameOf(cell), error: 'error' in answer ? answer.error : 'no answer' })
      }
      const error = 'error' in answer ? answer.error : undefined
      options.onCell(nameOf(cell), results.length + failed.length, cells.length, error)
    }
    return {
      schema: reportSchema,
      startedAt,
      seconds: Math.round((performance.now() - start) / 1_000),
      environment,
      settings,
      backends,
      rows: summarizeCells(results, settings.seed),
      failed,
    }
  } finally {
    await servers.stop()
  }
}

/** What is left of the settings when the backends that cannot be measured are taken out. */
function onlyMeasured(settings: BenchSettings, backends: readonly BackendReport[]): BenchSettings {
  const measured = (part: BackendReport['part'], names: readonly string[]): string[] =>
    names.filter(name =>
      backends.some(
        backend => backend.part === part && backend.name === name && backend.status === 'measured',
      ),
    )
  return {
    ...settings,
    stores: measured('store', settings.stores),
    indexes: measured('index', settings.indexes),
    embedders: measured('embedder', settings.embedders),
  }
}

function timeoutOf(cell: CellSpec): number {
  return Math.max(leastTimeoutMs, estimateSeconds([cell]) * 1_000 * patience)
}
