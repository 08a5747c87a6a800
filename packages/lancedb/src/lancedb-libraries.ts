import type * as ArrowModule from 'apache-arrow'
import type * as LancedbModule from '@lancedb/lancedb'

export type Lancedb = typeof LancedbModule
export type Arrow = typeof ArrowModule

/** LanceDB, and the Arrow library that builds the rows that it stores. */
export interface LancedbLibraries {
  /** What `import('@lancedb/lancedb')` gives. */
  readonly lancedb: Lancedb
  /** What `import('apache-arrow')` gives, in a version that this LanceDB takes: 18.1 for LanceDB 0.39. */
  readonly arrow: Arrow
}
