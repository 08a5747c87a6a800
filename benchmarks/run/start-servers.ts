import { serverNames } from '../backends.ts'
import type { Place, ServerName } from '../backends.ts'
import { importWorkspacePackage } from '../import-workspace-package.ts'

/** What `@agentmem/testcontainers` returns, as far as it is used here. */
interface Server {
  readonly name: string
  readonly url: string
  readonly rung: string
  readonly version: string
  stop(): Promise<void>
}

export interface StartedServers {
  readonly urls: Place['urls']
  /** Version and origin of each that runs. */
  readonly versions: Readonly<Partial<Record<ServerName, string>>>
  /** Why the others do not. */
  readonly missing: Readonly<Partial<Record<ServerName, string>>>
  stop(): Promise<void>
}

const startNames: Readonly<Record<ServerName, string>> = { postgres: 'startPostgres', mysql: 'startMysql' }

/** Starts each of these servers once for a whole run; one that cannot be started is named with the reason. */
export async function startServers(names: readonly ServerName[]): Promise<StartedServers> {
  const running: Server[] = []
  const urls: Partial<Record<ServerName, string>> = {}
  const versions: Partial<Record<ServerName, string>> = {}
  const missing: Partial<Record<ServerName, string>> = {}
  for (const name of serverNames.filter(name => names.includes(name))) {
    try {
      const server = await startServer(name)
      running.push(server)
      urls[name] = server.url
      versions[name] = `${server.version} (${server.rung})`
    } catch (error) {
      missing[name] = error instanceof Error ? error.message : String(error)
    }
  }
  return {
    urls,
    versions,
    missing,
    stop: async () => void (await Promise.allSettled(running.map(server => server.stop()))),
  }
}

async function startServer(name: ServerName): Promise<Server> {
  return (await importWorkspacePackage<() => Promise<Server>>('@agentmem/testcontainers', startNames[name]))()
}
