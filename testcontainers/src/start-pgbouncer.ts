import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { folderOf } from './find-program.ts'
import { startLocal } from './local-server.ts'
import { NoServer } from './server.ts'
import type { Program, Server } from './server.ts'
import { postgres } from './start-postgres.ts'

/**
 * Starts a PgBouncer that lends the connections of a Postgres without passwords, for a transaction at a time. Throws
 * `NoServer` where pgbouncer is not installed.
 */
export async function startPgbouncer(postgresUrl: string): Promise<Server> {
  const folder = folderOf(['pgbouncer'])
  if (folder === undefined) throw new NoServer('There is no pgbouncer here.')
  const { hostname, port, username, pathname } = new URL(postgresUrl)
  const program: Program = {
    rung: 'installed',
    prepare: (data, _run, own) =>
      writeFile(join(data, 'pgbouncer.ini'), configuration({ hostname, port, username }, own)),
    command: data => [join(folder, 'pgbouncer'), join(data, 'pgbouncer.ini')],
    killSignal: 'SIGKILL',
  }
  const urlOf = (host: string, own: number): string => `postgres://${username}@${host}:${own}${pathname}`
  const server = await startLocal({ ...postgres, urlOf }, program, {})
  console.error(`pgbouncer: before ${server.version}`)
  return server
}

function configuration(
  { hostname, port, username }: Pick<URL, 'hostname' | 'port' | 'username'>,
  own: number,
): string {
  return `[databases]
* = host=${hostname} port=${port} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
`
}
