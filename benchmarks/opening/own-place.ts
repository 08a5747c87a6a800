import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { makeDatabase } from './own-database.ts'
import type { OwnDatabase } from './own-database.ts'
import type { Place } from './place.ts'

/** A place that is made for one cell, and removed with all that is in it. */
export interface OwnPlace extends Place {
  bytes(): Promise<number>
  remove(): Promise<void>
}

/** Makes a folder, and a database on each of these servers that runs. */
export async function makePlace(servers: readonly string[], serverUrls: Place['urls']): Promise<OwnPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-bench-'))
  const databases: OwnDatabase[] = []
  const urls: Record<string, string> = {}
  const remove = async (): Promise<void> => {
    await Promise.allSettled(databases.map(database => database.drop()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (const server of servers) {
      const url = serverUrls[server]
      if (url === undefined) continue
      const database = await makeDatabase(server, url, `bench_${randomBytes(6).toString('hex')}`)
      databases.push(database)
      urls[server] = database.url
    }
  } catch (error) {
    await remove()
    throw error
  }
  const bytes = async (): Promise<number> => {
    const sizes = await Promise.all([bytesOf(folder), ...databases.map(database => database.bytes())])
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  return { folder, urls, bytes, remove }
}

/** Of all files below a folder. */
export async function bytesOf(folder: string): Promise<number> {
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
