import { importWorkspacePackage } from './import-workspace-package.ts'
import type { Place } from './place.ts'

/** What `@agentmem/testcontainers` returns, as far as it is used here. */
interface Server {
  readonly name: string
  readonly url: string
  readonly rung: string
  readonly version: string
  stop(): Promise<void>
}

/** The servers of a run, each by its name. */
export interface StartedServers {
  readonly urls: Place['urls']
  /** Version and origin of each that runs, such as 'PostgreSQL 17.2 (installed)'. */
  readonly versions: Readonly<Record<string, string>>
  /** Why the others do not. */
  readonly missing: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * Starts each of these servers once for a whole run. A server that cannot be started is among the missing ones,
 * with the reason. 'pgvector' is the Postgres server where that has the extension.
 */
export async function startServers(names: readonly string[]): Promise<StartedServers> {
  const running: Server[] = []
  const urls: Record<string, string> = {}
  const versions: Record<string, string> = {}
  const missing: Record<string, string> = {}
  for (const name of new Set(names.map(name => (name === 'pgvector' ? 'postgres' : name)))) {
    try {
      const server = await startServer(name)
      running.push(server)
      urls[name] = server.url
      versions[name] = `${server.version} (${server.rung})`
    } catch (error) {
      missing[name] = error instanceof Error ? error.message : String(error)
    }
  }
  if (names.includes('pgvector')) {
    const { postgres } = urls
    const version = postgres === undefined ? undefined : await vectorVersion(postgres)
    if (postgres === undefined || version === undefined) {
      missing['pgvector'] = 'no Postgres server with the extension vector'
    } else {
      urls['pgvector'] = postgres
      versions['pgvector'] = `${version} on ${versions['postgres']}`
    }
  }
  return {
    urls,
    versions,
    missing,
    stop: async () => void (await Promise.allSettled(running.map(server => server.stop()))),
  }
}

/** The version of pgvector that a server can create; undefined when it has none. */
async function vectorVersion(url: string): Promise<string | undefined> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const sql = "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
    return (await client.query<{ default_version: string }>(sql)).rows[0]?.default_version
  } finally {
    await client.end()
  }
}

/** By the function that testcontainers has for it, such as startPostgres. */
async function startServer(name: string): Promise<Server> {
  const functionName = `start${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
  return (await importWorkspacePackage<() => Promise<Server>>('@agentmem/testcontainers', functionName))()
}
