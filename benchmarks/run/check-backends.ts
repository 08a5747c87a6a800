import { embedders, indexes, stores } from '../backends.ts'
import type { BackendRow } from '../backends.ts'
import { libraryVersions } from '../machine/library-versions.ts'
import type { BackendReport } from '../report/report.ts'
import type { BenchSettings } from './bench-settings.ts'
import { spawnCell } from './spawn-cell.ts'
import type { StartedServers } from './start-servers.ts'

const timeoutMs = 600_000

/**
 * Says of each backend that was asked for whether it can be measured: it opens, and passes its conformance cases. When the signal
 * aborts, it says it of those that it has checked by then.
 */
export async function checkBackends(
  settings: BenchSettings,
  servers: StartedServers,
  onChecked: (report: BackendReport) => void,
  signal: AbortSignal,
): Promise<BackendReport[]> {
  const reports: BackendReport[] = []
  for (const { part, name, row } of wantedOf(settings)) {
    const { durability, savesLess } = (part === 'store' && stores[name]) || {}
    const facts = {
      part,
      name,
      ...(durability && { durability }),
      ...(savesLess && { savesLess }),
      versions: versionsOf(row, servers),
    }
    const missing = row.server && servers.missing[row.server]
    const report: BackendReport =
      missing === undefined
        ? { ...facts, ...(await check(part, name, servers, signal)) }
        : { ...facts, status: 'unavailable', reason: `no ${row.server} server: ${missing}`, casesPassed: 0 }
    if (signal.aborted) break
    reports.push(report)
    onChecked(report)
  }
  return reports
}

interface Wanted {
  readonly part: BackendReport['part']
  readonly name: string
  readonly row: BackendRow
}

function wantedOf(settings: BenchSettings): Wanted[] {
  return [
    ...settings.stores.map((name): Wanted => ({ part: 'store', name, row: stores[name] ?? {} })),
    ...settings.indexes.map((name): Wanted => ({ part: 'index', name, row: indexes[name] ?? {} })),
    ...settings.embedders.map((name): Wanted => ({ part: 'embedder', name, row: embedders[name] ?? {} })),
  ]
}

type Outcome = Pick<BackendReport, 'status' | 'reason' | 'casesPassed'>

async function check(
  part: BackendReport['part'],
  name: string,
  { urls }: StartedServers,
  signal: AbortSignal,
): Promise<Outcome> {
  const answer = await spawnCell({ check: { part, name }, serverUrls: urls }, timeoutMs, signal)
  if (!('checked' in answer)) {
    const reason = 'error' in answer ? answer.error : 'no answer'
    return { status: 'unavailable', reason: firstLine(reason), casesPassed: 0 }
  }
  const { passed, failure } = answer.checked
  if (failure === undefined) return { status: 'measured', casesPassed: passed }
  return { status: 'failed conformance', reason: firstLine(failure), casesPassed: passed }
}

function versionsOf(row: BackendRow, servers: StartedServers): Record<string, string> {
  const names = [row.server, row.prefers].filter(name => name !== undefined)
  const running = names.flatMap(name => (servers.versions[name] ? [[name, servers.versions[name]]] : []))
  return { ...libraryVersions(row), ...(Object.fromEntries(running) as Record<string, string>) }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/^\w*Error: /, '').slice(0, 300)
}
