import { randomUUID } from 'node:crypto'
import { realpath, rename, rm, stat } from 'node:fs/promises'

/**
 * Has a file written beside its place and then moved there: until the new one is whole, and when it never is, the old
 * one is what is read. What is no file, such as a pipe, is written to directly.
 */
export async function replaceFile(
  path: string,
  write: (target: string, mode: number | undefined) => Promise<void>,
): Promise<void> {
  const old = await stat(path).catch(() => undefined)
  if (old && !old.isFile()) return write(path, undefined)
  // Of a link, the file that it leads to.
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
