import { join } from 'node:path'
import { folderOf } from './find-program.ts'
import { startServer } from './start-server.ts'
import type { OwnServer, Program, ServerKind, Start, StartOptions } from './server.ts'

export const mysql: ServerKind = {
  name: 'mysql',
  images: ['mysql:9', 'mysql:8.4', 'mysql:8.0', 'mariadb:11.8', 'mariadb:10.11', 'mariadb:10.6'],
  container: {
    port: 3306,
    environment: { MYSQL_ALLOW_EMPTY_PASSWORD: '1', MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: '1' },
  },
  urlOf: (host, port) => `mysql://root@${host}:${port}/test`,
  async probe(url) {
    const { createConnection } = await import('mysql2/promise')
    const database = new URL(url).pathname.slice(1)
    const bare = Object.assign(new URL(url), { pathname: '/' })
    const connection = await createConnection({ uri: bare.href, connectTimeout: 5_000 })
    try {
      await connection.query(`create database if not exists \`${database.replaceAll('`', '``')}\``)
      const [rows] = await connection.query('select version() as version')
      const { version } = (rows as { version: string }[])[0] ?? { version: '?' }
      return `${/mariadb/i.test(version) ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]}`
    } finally {
      await connection.end()
    }
  },
  programs: [mariadb, oracle],
}

/** Starts a MySQL or MariaDB: user `root`, no password, database `test`. */
export const startMysql: Start = (options?: StartOptions) => startServer(mysql, options) as Promise<OwnServer>

async function mariadb(): Promise<Program | string> {
  return installedMariadb()
}

/** An installed MariaDB, or why there is none. */
export function installedMariadb(): Program | string {
  const folder = folderOf(['mariadbd'])
  const tools = folderOf(['mariadb-install-db'])
  if (folder === undefined || tools === undefined) return 'no installed mariadbd was found'
  return {
    rung: 'installed',
    async prepare(data, run) {
      const plain = ['--auth-root-authentication-method=normal', '--skip-test-db']
      await run(join(tools, 'mariadb-install-db'), [
        '--no-defaults',
        `--datadir=${join(data, 'data')}`,
        ...plain,
      ])
    },
    command: (data, port) => [join(folder, 'mariadbd'), ...settings(data, port)],
    killSignal: 'SIGKILL',
  }
}

async function oracle(): Promise<Program | string> {
  const folder = folderOf(['mysqld'])
  if (folder === undefined) return 'no installed mysqld was found'
  return {
    rung: 'installed',
    async prepare(data, run) {
      const insecure = ['--no-defaults', '--initialize-insecure', `--datadir=${join(data, 'data')}`]
      await run(join(folder, 'mysqld'), insecure)
    },
    command: (data, port) => [join(folder, 'mysqld'), ...settings(data, port), '--mysqlx=OFF'],
    killSignal: 'SIGKILL',
  }
}

function settings(data: string, port: number): string[] {
  return [
    '--no-defaults',
    `--datadir=${join(data, 'data')}`,
    `--socket=${join(data, 'socket')}`,
    // A server that starts removes what it takes for the leftovers of its own; in /tmp they may be another's.
    `--tmpdir=${data}`,
    `--pid-file=${join(data, 'server.pid')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
  ]
}
