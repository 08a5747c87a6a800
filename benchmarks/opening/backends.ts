import { join } from 'node:path'

import { ExactIndex, HashEmbedder, MapStore } from '@agentmem/core'
import { guardEmbedder, guardIndex, guardStore } from '@agentmem/core/adapter'
import type { Embedder, Store, VectorIndex } from '@agentmem/core'

import type { Floor } from '../floors/floor.ts'
import { makeRows } from './make-rows.ts'
import type { BackendRow } from './make-rows.ts'
import { openByManifest } from './open-by-manifest.ts'
import { urlOf } from './place.ts'
import type { Place } from './place.ts'
import { readManifests } from './read-manifests.ts'
import type { BackendManifest } from './read-manifests.ts'

export interface StoreRow extends BackendRow<Store, []> {
  /** What an acknowledged write has survived, for the reader of the report. */
  readonly durability?: string
  /** Why a batch cannot save as much here as elsewhere. */
  readonly savesLess?: string
  readonly openFloor?: (place: Place) => Promise<Floor>
}

/** `tuning`: further options of the package's own, such as efSearch. */
type IndexArguments = [dimensions: number, tuning?: object]
export type IndexRow = BackendRow<VectorIndex, IndexArguments>

export interface EmbedderRow extends BackendRow<Embedder, []> {
  /** How many times as long a cell takes as with one that costs next to nothing, for the estimate. */
  readonly slowness?: number
  /** Options of the package that choose a model of this machine. */
  readonly options?: () => Promise<object>
}

/** What the manifests do not say of a Store, and core's own. The first one is the base store of a run. */
const storeRows: Readonly<Record<string, Partial<StoreRow>>> = {
  sqlite: {
    durability: 'WAL, synchronous=FULL: synced at each commit',
    openFloor: async ({ folder }) => {
      const { HandWrittenSqlite } = await import('../floors/hand-written-sqlite.ts')
      return new HandWrittenSqlite(folder)
    },
  },
  postgres: {
    durability: 'synchronous_commit=on: synced at each commit',
    openFloor: async place => {
      const { openPostgresFloor } = await import('../floors/open-postgres-floor.ts')
      return openPostgresFloor(urlOf(place, 'postgres'))
    },
  },
  mysql: {
    durability: 'innodb_flush_log_at_trx_commit=1: synced at each commit',
    openFloor: async place => {
      const { MysqlFloor } = await import('../floors/mysql-floor.ts')
      return MysqlFloor.open(urlOf(place, 'mysql'))
    },
  },
  libsql: {
    durability: 'WAL, synchronous=FULL: synced at each commit',
    openFloor: async ({ folder }) => {
      const { LibsqlFloor } = await import('../floors/libsql-floor.ts')
      return new LibsqlFloor(folder)
    },
  },
  pglite: {
    durability: 'files of PGlite without a sync: survives the end of the process, not a loss of power',
    savesLess:
      'PGlite syncs nothing, so that a transaction costs as little as a statement, and runs Postgres in WebAssembly',
    openFloor: async ({ folder }) => {
      const { openPgliteFloor } = await import('../floors/open-postgres-floor.ts')
      return openPgliteFloor(join(folder, 'floor'))
    },
  },
  memory: {
    durability: 'none: gone with the process',
    savesLess: 'nothing is written to a disk and there are no transactions: a batch has nothing to save',
    open: async () => guardStore(new MapStore()),
    openFloor: async () => {
      const { HandWrittenMap } = await import('../floors/hand-written-map.ts')
      return new HandWrittenMap()
    },
  },
}

/** The same of an index. An empty row gives a package its place in the order. */
const indexRows: Readonly<Record<string, Partial<IndexRow>>> = {
  exact: { open: async (_place, dimensions) => guardIndex(new ExactIndex(dimensions)) },
  hnsw: {},
  lancedb: {},
  pgvector: {
    libraries: ['pg', '@electric-sql/pglite', '@electric-sql/pglite-pgvector'],
    openWithoutServer: async ({ folder }, dimensions, tuning) => {
      const { openPglitePgvector } = await import('./open-pglite-pgvector.ts')
      return openPglitePgvector(join(folder, 'pgvector'), dimensions, tuning)
    },
  },
}

/** An embedder is measured only when it has a row: others may need a key, or a model from the network. */
const embedderRows: Readonly<Record<string, Partial<EmbedderRow>>> = {
  hash: { open: async () => guardEmbedder(new HashEmbedder()) },
  fastembed: {
    slowness: 12,
    options: async () => {
      const { fixtureModel } = await import('./fixture-model.ts')
      return { model: 'fixture', modelFolder: await fixtureModel() }
    },
  },
}

const manifests = readManifests()
const manifestsOf = (wanted: BackendManifest['part']): BackendManifest[] =>
  manifests.filter(({ part }) => part === wanted)

export const stores: Readonly<Record<string, StoreRow>> = makeRows<Store, [], StoreRow>(
  manifestsOf('store'),
  storeRows,
  () => ({}),
)

export const indexes: Readonly<Record<string, IndexRow>> = makeRows<VectorIndex, IndexArguments, IndexRow>(
  manifestsOf('index'),
  indexRows,
  (_row, dimensions, tuning) => ({ dimensions, ...tuning }),
)

export const embedders: Readonly<Record<string, EmbedderRow>> = makeRows<Embedder, [], EmbedderRow>(
  manifestsOf('embedder').filter(({ scheme }) => scheme in embedderRows),
  embedderRows,
  async ({ options }) => (await options?.()) ?? {},
)

/** What `embedderOf` opens: any package with a manifest, and core's own. */
export const embedderSchemes: readonly string[] = [
  ...new Set([...Object.keys(embedders), ...manifestsOf('embedder').map(({ scheme }) => scheme)]),
]

/**
 * The embedder of a name such as 'hash', or of a package and a model, such as 'fastembed:bge-small-en-v1.5', which
 * may need a key or a network. Undefined where there is none.
 */
export function embedderOf(name: string): EmbedderRow | undefined {
  const [scheme, ...model] = name.split(':')
  const manifest = manifests.find(({ part, scheme: own }) => part === 'embedder' && own === scheme)
  if (model.length === 0 || !manifest) return embedders[name]
  const { folder, libraries } = manifest
  return {
    folder,
    libraries,
    open: place => openByManifest<Embedder>(manifest, place, { [manifest.from]: model.join(':') }),
  }
}

/** The servers that a combination uses, each once. */
export function serversOf(names: { readonly store: string; readonly index: string }): string[] {
  const rows: (BackendRow | undefined)[] = [stores[names.store], indexes[names.index]]
  return [...new Set(rows.flatMap(row => row?.server ?? []))]
}
