import { randomUUID } from 'node:crypto'
import { realpath, rename, rm, stat } from 'node:fs/promises'

/**
 * Writes a file beside its place and then moves it there. The old file can be read until the new one is complete,
 * and stays if the new one never is. A target that is not a file, such as a pipe, is written to directly.
 */
export async function replaceFile(
  path: string,
  write: (target: string, mode: number | undefined) => Promise<void>,
): Promise<void> {
  const old = await stat(path).catch(() => undefined)
  if (old && !old.isFile()) return write(path, undefined)
  // For a link, the file that it points to.
  const place = old ? await realpath(path) : path
  const partial = `${place}.${randomUUID().slice(0, 8)}.partial`
  try {
    await write(partial, old?.mode)
    await rename(partial, place)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
