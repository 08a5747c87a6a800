import { ExactIndex, HashEmbedder } from '@agentmem/core'
import { pathOf } from './backend-url.ts'
import type { BackendUrl } from './backend-url.ts'
import { usageError } from '../usage-error.ts'

/** What a backend may need to know beside its own URL. */
export interface Surroundings {
  /** Of the embedder; indexes are opened with it. */
  readonly dimensions: number
  readonly store: BackendUrl
}

type OptionsOf = (url: BackendUrl, around: Surroundings) => object

/** A backend in a package of its own. */
export interface PackagedBackend {
  /** The package it comes from. */
  readonly from: string
  /** The function of the package that opens it. */
  readonly open: string
  /** What that function is called with. */
  readonly options: OptionsOf
  /** Another scheme for it. */
  readonly alias?: string
  /** True for a dependency of this program; the others are installed by those who use them. */
  readonly bundled?: boolean
  /** True when the address is a path, which is there once the store has been made. */
  readonly onDisk?: boolean
}

/** A backend that needs no package but core. */
export interface CoreBackend {
  readonly create: (url: BackendUrl, around: Surroundings) => AsyncDisposable
  readonly alias?: undefined
}

export type Backend = PackagedBackend | CoreBackend
/** What a memory is made of. */
export type Part = 'store' | 'index' | 'embedder'

const path: OptionsOf = url => ({ path: pathOf(url) })
const url: OptionsOf = ({ url }) => ({ url })
const model: OptionsOf = ({ address }) => (address === '' ? {} : { model: address })
const folder: OptionsOf = (url, { dimensions }) => ({ path: pathOf(url), dimensions })
// Such as lancedb:s3://bucket/memories.
const folderOrUri: OptionsOf = (url, around) =>
  url.address.includes('://') ? { uri: url.address, dimensions: around.dimensions } : folder(url, around)
// An index without an address of its own is where the store is.
const file: OptionsOf = (url, { store, dimensions }) => {
  if (url.address === '' && store.scheme !== 'sqlite') {
    throw usageError(
      `--index sqlite-vec: is in the file of an sqlite store, and --store is ${store.scheme}; name a file, such as sqlite-vec:./vectors.db.`,
    )
  }
  return { path: pathOf(url.address === '' ? store : url), dimensions }
}
// Its own address is a URL, such as pgvector:postgres://host/database. It is not shown: it may hold a password.
const database: OptionsOf = ({ address }, { store, dimensions }) => {
  if (address === '' && !/^postgres(?:ql)?$/.test(store.scheme)) {
    throw usageError(
      `--index pgvector: is in the database of a postgres store, and --store is ${store.scheme}; name a database, such as pgvector:postgres://host/database.`,
    )
  }
  if (address !== '' && !/^postgres(?:ql)?:\/\//.test(address)) {
    throw usageError(
      'What stands behind --index pgvector: does not begin with postgres://; give a URL, such as pgvector:postgres://host/database.',
    )
  }
  return { url: address === '' ? store.url : address, dimensions }
}

// `libsql://host` is a server, `libsql:http://host` another, and `libsql:memories.db` a file.
const libsql: OptionsOf = ({ address, url }) => ({
  url: address.startsWith('//') ? url : /^(?:https?|wss?|file):/i.test(address) ? address : `file:${address}`,
})

/** All that this program knows of the backends: one row each, by scheme. */
export const backends: Readonly<Record<Part, Readonly<Record<string, Backend>>>> = {
  store: {
    sqlite: { from: '@agentmem/sqlite', open: 'openSqliteStore', options: path, bundled: true, onDisk: true },
    postgres: { from: '@agentmem/postgres', open: 'openPostgresStore', options: url, alias: 'postgresql' },
    mysql: { from: '@agentmem/mysql', open: 'openMysqlStore', options: url, alias: 'mariadb' },
    libsql: { from: '@agentmem/libsql', open: 'openLibsqlStore', options: libsql },
    pglite: { from: '@agentmem/pglite', open: 'openPgliteStore', options: path, onDisk: true },
  },
  index: {
    hnsw: { from: '@agentmem/hnsw', open: 'openHnswIndex', options: folder, bundled: true },
    lancedb: { from: '@agentmem/lancedb', open: 'openLancedbIndex', options: folderOrUri },
    pgvector: { from: '@agentmem/pgvector', open: 'openPgvectorIndex', options: database },
    'sqlite-vec': { from: '@agentmem/sqlite-vec', open: 'openSqliteVecIndex', options: file },
    exact: { create: (_url, { dimensions }) => new ExactIndex(dimensions) },
  },
  embedder: {
    hash: { create: ({ address }) => new HashEmbedder({ dimensions: hashDimensions(address) }) },
    fastembed: { from: '@agentmem/fastembed', open: 'openFastEmbedder', options: model },
    openai: { from: '@agentmem/openai', open: 'openOpenAIEmbedder', options: model },
  },
}

function hashDimensions(address: string): number | undefined {
  if (address === '') return undefined
  if (/^\d+$/.test(address)) return Number(address)
  throw usageError(`--embedder hash takes a number of dimensions, such as hash:768, not 'hash:${address}'.`)
}
