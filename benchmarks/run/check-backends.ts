import { libraryVersions } from '../machine/library-versions.ts'
import type { BenchSettings } from '../measured/bench-settings.ts'
import type { BackendReport } from '../measured/report.ts'
import { embedders, indexes, stores } from '../opening/backends.ts'
import type { BackendRow } from '../opening/make-rows.ts'
import type { StartedServers } from '../opening/start-servers.ts'
import { spawnCell } from './spawn-cell.ts'

const timeoutMs = 600_000

/**
 * Says of each backend that was asked for whether it can be measured: it opens, and passes its conformance cases.
 * When the signal aborts, the answer has those that were checked by then.
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
    const reason = whyUnavailable(row, servers)
    const report: BackendReport =
      reason === undefined
        ? { ...facts, ...(await check(part, name, servers, signal)) }
        : { ...facts, status: 'unavailable', reason, casesPassed: 0 }
    if (signal.aborted) break
    reports.push(report)
    onChecked(report)
  }
  return reports
}

interface Wanted {
  readonly part: BackendReport['part']
  readonly name: string
  readonly row: BackendRow | undefined
}

function wantedOf(settings: BenchSettings): Wanted[] {
  return [
    ...settings.stores.map((name): Wanted => ({ part: 'store', name, row: stores[name] })),
    ...settings.indexes.map((name): Wanted => ({ part: 'index', name, row: indexes[name] })),
    ...settings.embedders.map((name): Wanted => ({ part: 'embedder', name, row: embedders[name] })),
  ]
}

/** Undefined when the server that it needs runs, and when it needs none. */
function whyUnavailable(row: BackendRow | undefined, { missing }: StartedServers): string | undefined {
  const { server, openWithoutServer } = row ?? {}
  if (server === undefined || openWithoutServer || missing[server] === undefined) return undefined
  return `no ${server} server: ${missing[server]}`
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

function versionsOf(row: BackendRow | undefined, servers: StartedServers): Record<string, string> {
  const { folder, libraries = [], server } = row ?? {}
  const running = server === undefined ? undefined : servers.versions[server]
  return {
    ...(folder !== undefined && libraryVersions(folder, libraries)),
    ...(server !== undefined && running !== undefined && { [server]: running }),
  }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/^\w*Error: /, '').slice(0, 300)
}
