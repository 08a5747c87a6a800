import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { LancedbSettings } from './lancedb-options.ts'

/** The size of a table on disk. */
export interface TableFiles {
  /** Files of rows, old versions' among them. */
  readonly data: number
  readonly bytes: number
}

/** Counts the files of a table in a local folder; undefined when the table is not in one. */
export async function tableFiles({ folder, table }: LancedbSettings): Promise<TableFiles | undefined> {
  if (folder === undefined) return undefined
  const entries = await readdir(join(folder, `${table}.lance`), { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  const sizes = await Promise.all(files.map(({ parentPath, name }) => sizeOf(join(parentPath, name))))
  return {
    data: files.filter(({ parentPath }) => basename(parentPath) === 'data').length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

/** In bytes; 0 for a file that has been removed meanwhile. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
