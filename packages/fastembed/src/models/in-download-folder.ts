import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const downloadPrefix = '.download-'
/** No download takes a day. */
const abandonedAfterMs = 86_400_000

/**
 * Gives a download a folder of its own in the cache folder, and removes it in the end: what is to stay has to be moved away
 * before. So a download that was cut off is never taken for a model.
 */
export async function inDownloadFolder<T>(
  cacheFolder: string,
  work: (own: string) => Promise<T>,
): Promise<T> {
  await mkdir(cacheFolder, { recursive: true })
  await removeAbandoned(cacheFolder)
  const own = await mkdtemp(join(cacheFolder, downloadPrefix))
  try {
    return await work(own)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

/** Removes what was left by processes that ended while they downloaded. */
async function removeAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(downloadPrefix)) continue
    const path = join(cacheFolder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true })
  }
}
