import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Place, ServerName } from '../backends.ts'
import { makeDatabase } from './own-database.ts'
import type { OwnDatabase } from './own-database.ts'

/** A place that is made for one cell, and removed with all that is in it. */
export interface OwnPlace extends Place {
  bytes(): Promise<number>
  remove(): Promise<void>
}

/** Makes a folder, and a database on each of these servers. */
export async function makePlace(
  servers: readonly ServerName[],
  serverUrls: Place['urls'],
): Promise<OwnPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-bench-'))
  await mkdir(folder, { recursive: true })
  const databases: OwnDatabase[] = []
  const urls: Partial<Record<ServerName, string>> = {}
  for (const server of servers) {
    const url = serverUrls[server]
    if (url === undefined) continue
    const database = await makeDatabase(server, url, `bench_${randomBytes(6).toString('hex')}`)
    databases.push(database)
    urls[server] = database.url
  }
  return {
    folder,
    urls,
    bytes: async () => {
      const sizes = await Promise.all([bytesOf(folder), ...databases.map(database => database.bytes())])
      return sizes.reduce((sum, size) => sum + size, 0)
    },
    remove: async () => {
      await Promise.allSettled(databases.map(database => database.drop()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter(entry => entry.isFile())
  // A file may go while it is looked at, such as one that a compaction has replaced.
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
