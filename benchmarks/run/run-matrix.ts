import { codeIdentity, readEnvironment } from '../machine/read-environment.ts'
import type { BenchSettings } from '../measured/bench-settings.ts'
import { nameOf } from '../measured/cell.ts'
import type { CellResult, CellSpec } from '../measured/cell.ts'
import { reportSchema } from '../measured/report.ts'
import type { BackendReport, FailedCell, Report } from '../measured/report.ts'
import { indexes, stores } from '../opening/backends.ts'
import type { BackendRow } from '../opening/make-rows.ts'
import { startServers } from '../opening/start-servers.ts'
import { summarizeCells } from '../report/summarize-cells.ts'
import { checkBackends } from './check-backends.ts'
import { estimateSeconds, planCells } from './plan-cells.ts'
import { RunFolder, runsFolder } from './run-folder.ts'
import { spawnCell } from './spawn-cell.ts'

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
  const servers = await startServers(rows.flatMap(row => row?.server ?? []))
  try {
    const { signal } = options
    const backends = await checkBackends(settings, servers, options.onBackend, signal)
    const cells = planCells(onlyMeasured(settings, backends))
    const results = new Map<string, CellResult>()
    for (const cell of cells) {
      const earlier = folder.read(cell)
      if (earlier) results.set(nameOf(cell), earlier)
    }
    const open = cells.filter(cell => !results.has(nameOf(cell)))
    if (!signal.aborted) {
      const seconds = estimateSeconds(open)
      options.onStart({ cells: cells.length, done: results.size, seconds, folder: folder.path })
    }
    const failed: FailedCell[] = []
    for (const cell of open) {
      if (signal.aborted) break
      const task = { measure: cell, serverUrls: servers.urls }
      const answer = await spawnCell(task, timeoutOf(cell), signal)
      if (signal.aborted) break
      if ('measured' in answer) {
        folder.write(answer.measured)
        results.set(nameOf(cell), answer.measured)
      } else {
        failed.push({ cell: nameOf(cell), error: 'error' in answer ? answer.error : 'no answer' })
      }
      const error = 'error' in answer ? answer.error : undefined
      options.onCell(nameOf(cell), results.size + failed.length, cells.length, error)
    }
    return {
      schema: reportSchema,
      startedAt,
      seconds: Math.round((performance.now() - start) / 1_000),
      environment,
      settings,
      backends,
      // In the order of the plan, whichever run has measured them.
      rows: summarizeCells(
        cells.flatMap(cell => results.get(nameOf(cell)) ?? []),
        settings.seed,
      ),
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
