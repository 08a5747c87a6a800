import { MemoryError } from '@agentmem/core/adapter'
import type * as ArrowModule from 'apache-arrow'
import type * as LancedbModule from '@lancedb/lancedb'

export type Lancedb = typeof LancedbModule
export type Arrow = typeof ArrowModule

/** LanceDB and the Arrow library that builds what it takes in. */
export interface Libraries {
  readonly lancedb: Lancedb
  readonly arrow: Arrow
}

/** Loads both only when an index is opened. Throws `NOT_INSTALLED` with the command that installs them. */
export async function loadLancedb(): Promise<Libraries> {
  try {
    const [lancedb, arrow] = await Promise.all([import('@lancedb/lancedb'), import('apache-arrow')])
    return { lancedb, arrow }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new MemoryError(
      'NOT_INSTALLED',
      `@lancedb/lancedb, or its native part for this machine, cannot be loaded (${reason}). ` +
        'Run: npm install @lancedb/lancedb apache-arrow@18.1.0 (or the same with pnpm add), without leaving out ' +
        'optional dependencies: the native part is one.',
      { cause },
    )
  }
}
