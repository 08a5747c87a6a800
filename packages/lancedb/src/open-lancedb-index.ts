import { guardIndex, importLibrary, inTurn, opening } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import { LancedbIndex } from './lancedb-index.ts'
import type { LancedbLibraries } from './lancedb-libraries.ts'
import { readLancedbOptions } from './lancedb-options.ts'
import type { LancedbIndexOptions } from './lancedb-options.ts'
import { Upkeep } from './upkeep.ts'
import { VectorTable } from './vector-table.ts'

/** How to get both libraries, after the word "Run:". */
const install =
  'npm install @lancedb/lancedb apache-arrow@18.1.0 (or the same with pnpm add). Do not leave out optional ' +
  'dependencies: the native part for this machine is one.'

/**
 * Opens an index in a LanceDB table, in a local folder or an object store. A table of another dimension or
 * format is left as it is until it is written to: the index then counts as empty, its cursor is 0, and
 * `stats().rebuiltBecause` says why.
 *
 * Throws `NOT_INSTALLED` when LanceDB or its native part cannot be loaded, `INVALID_ARGUMENT` on a wrong option,
 * `SCHEMA` when the table is not one of agentmem's.
 */
export async function openLancedbIndex(options: LancedbIndexOptions): Promise<VectorIndex> {
  return opening('openLancedbIndex', async () => {
    const { lib, ...settings } = readLancedbOptions(options)
    const libraries = await importLibrary(loadLibraries, { name: '@lancedb/lancedb', install, lib })
    const table = await VectorTable.open(libraries, settings)
    const write = inTurn()
    const upkeep = await Upkeep.open(libraries.lancedb, table, settings, write)
    return guardIndex(new LancedbIndex(settings, table, upkeep, write))
  })
}

async function loadLibraries(): Promise<LancedbLibraries> {
  const [lancedb, arrow] = await Promise.all([import('@lancedb/lancedb'), import('apache-arrow')])
  return { lancedb, arrow }
}
