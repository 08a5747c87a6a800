import { join } from 'node:path'

import { ExactIndex, HashEmbedder, MapStore } from '@agentmem/core'
import { guardEmbedder, guardIndex, guardStore } from '@agentmem/core/adapter'
import type { Embedder, Store, VectorIndex } from '@agentmem/core'

import type { Floor } from './floors/floor.ts'
import { importWorkspacePackage } from './opening/import-workspace-package.ts'

/** The servers that some of the backends need; 'pgvector' is a Postgres that has this extension. */
export const serverNames = ['postgres', 'mysql', 'pgvector'] as const
export type ServerName = (typeof serverNames)[number]

/** Where one cell keeps its data. */
export interface Place {
  /** A folder of its own. */
  readonly folder: string
  /** The address of a database of its own on each server that the cell needs. */
  readonly urls: Readonly<Partial<Record<ServerName, string>>>
}

export interface BackendRow {
  /** The package it comes from; core's own have none. */
  readonly from?: string
  /** The libraries under it, whose versions stand in the report. */
  readonly libraries?: readonly string[]
  /** Cannot do without it. */
  readonly server?: ServerName
  /** Uses it where it is there. */
  readonly prefers?: ServerName
}

export interface StoreRow extends BackendRow {
  /** What an acknowledged write has survived, for the reader of the report. */
  readonly durability: string
  readonly open: (place: Place) => Promise<Store>
  readonly openFloor?: (place: Place) => Promise<Floor>
  /** Why a batch cannot save as much here as elsewhere. */
  readonly savesLess?: string
}

export interface IndexRow extends BackendRow {
  readonly about: string
  /** `tuning`: further options of the package's own, such as efSearch. */
  readonly open: (place: Place, dimensions: number, tuning?: object) => Promise<VectorIndex>
}

export interface EmbedderRow extends BackendRow {
  /** How many times as long a cell takes as with one that costs next to nothing, for the estimate. */
  readonly slowness?: number
  readonly open: () => Promise<Embedder>
}

/** Opens a part by the function of a package that is loaded only now. */
async function openFrom<Part>(from: string, open: string, options: object): Promise<Part> {
  return (await importWorkspacePackage<(options: object) => Promise<Part>>(from, open))(options)
}

/** The address of a database that the cell was given. */
function urlOf({ urls }: Place, server: ServerName): string {
  const url = urls[server]
  if (url === undefined) throw new Error(`No ${server} server was started for this cell.`)
  return url
}

export const stores: Readonly<Record<string, StoreRow>> = {
  sqlite: {
    from: '@agentmem/sqlite',
    libraries: ['better-sqlite3', 'kysely'],
    durability: 'WAL, synchronous=FULL: synced at each commit',
    open: ({ folder }) =>
      openFrom('@agentmem/sqlite', 'openSqliteStore', { path: join(folder, 'memories.db') }),
    openFloor: async ({ folder }) => {
      const { HandWrittenSqlite } = await import('./floors/hand-written-sqlite.ts')
      return new HandWrittenSqlite(folder)
    },
  },
  postgres: {
    from: '@agentmem/postgres',
    libraries: ['pg', 'kysely'],
    server: 'postgres',
    durability: 'synchronous_commit=on: synced at each commit',
    open: place => openFrom('@agentmem/postgres', 'openPostgresStore', { url: urlOf(place, 'postgres') }),
    openFloor: async place => {
      const { openPostgresFloor } = await import('./floors/open-postgres-floor.ts')
      return openPostgresFloor(urlOf(place, 'postgres'))
    },
  },
  mysql: {
    from: '@agentmem/mysql',
    libraries: ['mysql2', 'kysely'],
    server: 'mysql',
    durability: 'innodb_flush_log_at_trx_commit=1: synced at each commit',
    open: place => openFrom('@agentmem/mysql', 'openMysqlStore', { url: urlOf(place, 'mysql') }),
    openFloor: async place => {
      const { MysqlFloor } = await import('./floors/mysql-floor.ts')
      return MysqlFloor.open(urlOf(place, 'mysql'))
    },
  },
  libsql: {
    from: '@agentmem/libsql',
    libraries: ['@libsql/client', 'kysely'],
    durability: 'WAL, synchronous=FULL: synced at each commit',
    open: ({ folder }) =>
      openFrom('@agentmem/libsql', 'openLibsqlStore', { url: `file:${join(folder, 'memories.libsql')}` }),
    openFloor: async ({ folder }) => {
      const { LibsqlFloor } = await import('./floors/libsql-floor.ts')
      return new LibsqlFloor(folder)
    },
  },
  pglite: {
    from: '@agentmem/pglite',
    libraries: ['@electric-sql/pglite', 'kysely'],
    durability: 'files of PGlite without a sync: survives the end of the process, not a loss of power',
    savesLess:
      'PGlite syncs nothing, so that a transaction costs as little as a statement, and runs Postgres in WebAssembly',
    open: ({ folder }) => openFrom('@agentmem/pglite', 'openPgliteStore', { path: join(folder, 'pglite') }),
    openFloor: async ({ folder }) => {
      const { openPgliteFloor } = await import('./floors/open-postgres-floor.ts')
      return openPgliteFloor(join(folder, 'floor'))
    },
  },
  memory: {
    durability: 'none: gone with the process',
    savesLess: 'nothing is written to a disk and there are no transactions: a batch has nothing to save',
    open: async () => guardStore(new MapStore()),
    openFloor: async () => {
      const { HandWrittenMap } = await import('./floors/hand-written-map.ts')
      return new HandWrittenMap()
    },
  },
}

export const indexes: Readonly<Record<string, IndexRow>> = {
  exact: {
    about: 'every vector of the scope is compared, in memory',
    open: async (_place, dimensions) => guardIndex(new ExactIndex(dimensions)),
  },
  hnsw: {
    from: '@agentmem/hnsw',
    libraries: ['hnswlib-node'],
    about: 'HNSW graph in a worker thread, with snapshots on disk',
    open: ({ folder }, dimensions, tuning) =>
      openFrom('@agentmem/hnsw', 'openHnswIndex', { path: join(folder, 'hnsw'), dimensions, ...tuning }),
  },
  lancedb: {
    from: '@agentmem/lancedb',
    libraries: ['@lancedb/lancedb', 'apache-arrow'],
    about: 'LanceDB table on disk',
    open: ({ folder }, dimensions, tuning) =>
      openFrom('@agentmem/lancedb', 'openLancedbIndex', {
        path: join(folder, 'lance'),
        dimensions,
        ...tuning,
      }),
  },
  pgvector: {
    from: '@agentmem/pgvector',
    libraries: ['pg', '@electric-sql/pglite', '@electric-sql/pglite-pgvector'],
    prefers: 'pgvector',
    about: 'pgvector table, on a PostgreSQL server that has it, otherwise in PGlite on disk',
    open: async ({ folder, urls: { pgvector } }, dimensions, tuning) => {
      if (pgvector !== undefined) {
        return openFrom('@agentmem/pgvector', 'openPgvectorIndex', { url: pgvector, dimensions, ...tuning })
      }
      const { openPglitePgvector } = await import('./opening/open-pglite-pgvector.ts')
      return openPglitePgvector(join(folder, 'pgvector'), dimensions, tuning)
    },
  },
  'sqlite-vec': {
    from: '@agentmem/sqlite-vec',
    libraries: ['sqlite-vec', 'better-sqlite3'],
    about: 'sqlite-vec table in a file of its own',
    open: ({ folder }, dimensions, tuning) =>
      openFrom('@agentmem/sqlite-vec', 'openSqliteVecIndex', {
        path: join(folder, 'vectors.db'),
        dimensions,
        ...tuning,
      }),
  },
}

export const embedders: Readonly<Record<string, EmbedderRow>> = {
  hash: { open: async () => guardEmbedder(new HashEmbedder()) },
  fastembed: {
    from: '@agentmem/fastembed',
    libraries: ['fastembed', 'onnxruntime-node'],
    slowness: 12,
    open: async () => {
      const { fixtureModel } = await import('./opening/fixture-model.ts')
      const modelFolder = await fixtureModel()
      return openFrom('@agentmem/fastembed', 'openFastEmbedder', { model: 'fixture', modelFolder })
    },
  },
}

/** The servers that a combination needs. */
export function serversOf(names: { readonly store: string; readonly index: string }): ServerName[] {
  const rows: (BackendRow | undefined)[] = [stores[names.store], indexes[names.index]]
  const needed = rows.flatMap(row => [row?.server, row?.prefers])
  return serverNames.filter(name => needed.includes(name))
}
