import { join } from 'node:path'

/** A Store and an index that several processes work with. */
export interface BackendPair {
  readonly name: string
  readonly store: (folder: string) => string
  /** The index of one of the processes: the same for all where it can be shared. */
  readonly index: (folder: string, process: number) => string
}

const sqlite = (folder: string): string => `sqlite:${join(folder, 'memories.db')}`

/** One LanceDB table for all. */
export function lancedbOf(folder: string): string {
  return `lancedb:${join(folder, 'memories.lance')}`
}

/** An index for each process. */
export const sqliteAndUsearch: BackendPair = {
  name: 'SQLite and a usearch index for each',
  store: sqlite,
  index: (folder, process) => `usearch:${join(folder, `memories-${process}.usearch`)}`,
}

/** The pairs that need no server. */
export const localPairs: readonly BackendPair[] = [
  sqliteAndUsearch,
  { name: 'SQLite and LanceDB', store: sqlite, index: lancedbOf },
  { name: 'SQLite and sqlite-vec', store: sqlite, index: () => 'sqlite-vec:' },
]
