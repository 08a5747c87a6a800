import type { Place, ServerName } from '../backends.ts'
import { importWorkspacePackage } from '../opening/import-workspace-package.ts'

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

const startNames = { postgres: 'startPostgres', mysql: 'startMysql' } as const

/** Starts each of these servers once for a whole run; one that cannot be started is named with the reason. */
export async function startServers(names: readonly ServerName[]): Promise<StartedServers> {
  const running: Server[] = []
  const urls: Partial<Record<ServerName, string>> = {}
  const versions: Partial<Record<ServerName, string>> = {}
  const missing: Partial<Record<ServerName, string>> = {}
  const wanted = {
    postgres: names.includes('postgres') || names.includes('pgvector'),
    mysql: names.includes('mysql'),
  }
  for (const name of ['postgres', 'mysql'] as const) {
    if (!wanted[name]) continue
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
    const version = urls.postgres === undefined ? undefined : await vectorVersion(urls.postgres)
    if (version === undefined) missing.pgvector = 'no Postgres server with the extension vector'
    else {
      urls.pgvector = urls.postgres
      versions.pgvector = `${version} on ${versions.postgres}`
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

async function startServer(name: keyof typeof startNames): Promise<Server> {
  return (await importWorkspacePackage<() => Promise<Server>>('@agentmem/testcontainers', startNames[name]))()
}
