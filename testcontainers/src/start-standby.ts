import { join } from 'node:path'
import pg from 'pg'
import { startLocal } from './local-server.ts'
import { NoServer } from './server.ts'
import type { OwnServer, Program } from './server.ts'
import { installedFolder, postgres, programIn } from './start-postgres.ts'

/** A Postgres and one that follows it, asynchronously. */
export interface Standby extends AsyncDisposable {
  readonly primary: OwnServer
  readonly standby: OwnServer
  /** Returns when the standby has all that the primary has. */
  readonly caughtUp: () => Promise<void>
  /** From now on the standby receives nothing. */
  readonly cut: () => Promise<void>
  /** Kills the primary, and makes the standby one. */
  readonly promote: () => Promise<void>
}

/** Starts both from installed programs. Throws `NoServer` where there is none. */
export async function startStandby(): Promise<Standby> {
  const folder = installedFolder()
  if (folder === undefined) throw new NoServer('There is no installed postgres here.')
  // Durability against a power cut is not what is tested, and two servers share one disk.
  const settings = ['-c', 'fsync=off']
  const primary = await startLocal(postgres, programIn(folder, 'installed'), { settings })
  const { hostname, port } = new URL(primary.url)
  const program: Program = {
    ...programIn(folder, 'installed'),
    prepare: (data, run) => {
      const from = ['-h', hostname, '-p', port, '-U', 'postgres', '-D', join(data, 'data')]
      return run(join(folder, 'pg_basebackup'), [...from, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'])
    },
  }
  const standby = await startLocal(postgres, program, { settings }).catch(async (error: unknown) => {
    await primary.stop()
    throw error
  })
  return {
    primary,
    standby,
    async caughtUp() {
      const [row] = await ask(primary, 'select pg_current_wal_lsn()::text as lsn')
      await until(standby, `select pg_last_wal_replay_lsn() >= '${String(row?.['lsn'])}' as done`)
    },
    async cut() {
      await ask(standby, `alter system set primary_conninfo = ''`)
      await ask(standby, 'select pg_reload_conf()')
      await until(primary, 'select count(*) = 0 as done from pg_stat_replication')
    },
    async promote() {
      await primary.kill()
      await ask(standby, 'select pg_promote()')
      await until(standby, 'select not pg_is_in_recovery() as done')
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([primary.stop(), standby.stop()])
    },
  }
}

async function ask(server: OwnServer, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Asks again until the row says that it is done. */
async function until(server: OwnServer, statement: string): Promise<void> {
  for (;;) {
    const [row] = await ask(server, statement)
    if (row?.['done'] === true) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
