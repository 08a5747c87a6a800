import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexEntry } from '@agentmem/core/adapter'
import { acme, indexEntries } from '../data/index-entries.ts'
import type { FolderIndex } from './folder-index.ts'

export const dimensions = 32
export const entries: readonly IndexEntry[] = indexEntries(dimensions, 1_200, n => ({
  ...acme,
  userId: `user-${n % 3}`,
}))

/** Leaves an index of all entries in the folder, its cursor at 1. */
export async function save({ open, path }: FolderIndex): Promise<void> {
  await using index = await open({ path, dimensions })
  await index.apply({ upserts: entries, deletes: [], cursor: 1 })
  await index.optimize()
}

/** The header of the folder, which is one line of JSON and its checksum. */
export async function headerOf({ path }: FolderIndex): Promise<Record<string, unknown>> {
  const [json = ''] = (await readFile(join(path, 'header.json'), 'utf8')).split('\n')
  return JSON.parse(json) as Record<string, unknown>
}
