import { ExactIndex, HashEmbedder } from '@agentmem/core'
import { pathOf } from './backend-url.ts'
import type { BackendUrl } from './backend-url.ts'
import { usageError } from './parse-arguments.ts'

/** What a backend may need to know beside its own URL. */
export interface Surroundings {
  /** Of the embedder; indexes are opened with it. */
  readonly dimensions: number
  readonly store: BackendUrl
}

type OptionsOf = (url: BackendUrl, around: Surroundings) => object

/** A backend in a package of its own. */
export interface PackagedBackend {
  readonly schemes: readonly string[]
  readonly package: string
  /** The function of the package that opens it. */
  readonly open: string
  /** What that function is called with. */
  readonly options: OptionsOf
  /** A dependency of this program; the others are installed by those who use them. */
  readonly bundled?: true
  /** The address is a path, which is there once the store has been made. */
  readonly onDisk?: true
}

/** A backend that needs no package but core. */
export interface CoreBackend {
  readonly schemes: readonly string[]
  readonly create: (url: BackendUrl, around: Surroundings) => unknown
}

export type Backend = PackagedBackend | CoreBackend

const path: OptionsOf = url => ({ path: pathOf(url) })
const connection: OptionsOf = ({ url }) => ({ url })
const model: OptionsOf = ({ address }) => (address === '' ? {} : { model: address })
/** An index without an address of its own is in the database of the store. */
const besideStore: OptionsOf = ({ address, url }, { store, dimensions }) => ({
  url: address === '' ? store.url : url,
  dimensions,
})
const pathOrStore: OptionsOf = (url, { store, dimensions }) => ({
  path: pathOf(url.address === '' ? store : url),
  dimensions,
})
const pathAndDimensions: OptionsOf = (url, { dimensions }) => ({ path: pathOf(url), dimensions })

/** One row a backend: this is all that the program knows of it. */
export const backends = {
  store: [
    {
      schemes: ['sqlite'],
      package: '@agentmem/sqlite',
      open: 'openSqliteStore',
      options: path,
      onDisk: true,
      bundled: true,
    },
    {
      schemes: ['postgres', 'postgresql'],
      package: '@agentmem/postgres',
      open: 'openPostgresStore',
      options: connection,
    },
    {
      schemes: ['mysql', 'mariadb'],
      package: '@agentmem/mysql',
      open: 'openMysqlStore',
      options: connection,
    },
    { schemes: ['libsql'], package: '@agentmem/libsql', open: 'openLibsqlStore', options: connection },
    {
      schemes: ['pglite'],
      package: '@agentmem/pglite',
      open: 'openPgliteStore',
      options: path,
      onDisk: true,
    },
  ],
  index: [
    {
      schemes: ['hnsw'],
      package: '@agentmem/hnsw',
      open: 'openHnswIndex',
      options: pathAndDimensions,
      bundled: true,
    },
    {
      schemes: ['lancedb'],
      package: '@agentmem/lancedb',
      open: 'openLancedbIndex',
      options: pathAndDimensions,
    },
    { schemes: ['pgvector'], package: '@agentmem/pgvector', open: 'openPgvectorIndex', options: besideStore },
    {
      schemes: ['sqlite-vec'],
      package: '@agentmem/sqlite-vec',
      open: 'openSqliteVecIndex',
      options: pathOrStore,
    },
    { schemes: ['exact'], create: (_url, { dimensions }) => new ExactIndex(dimensions) },
  ],
  embedder: [
    { schemes: ['hash'], create: ({ address }) => new HashEmbedder({ dimensions: hashDimensions(address) }) },
    { schemes: ['fastembed'], package: '@agentmem/fastembed', open: 'openFastEmbedder', options: model },
    { schemes: ['openai'], package: '@agentmem/openai', open: 'openOpenaiEmbedder', options: model },
  ],
} as const satisfies Record<string, readonly Backend[]>

export type Part = keyof typeof backends

function hashDimensions(address: string): number | undefined {
  if (address === '') return undefined
  if (/^\d+$/.test(address)) return Number(address)
  throw usageError(`--embedder hash takes a number of dimensions, such as hash:768, not 'hash:${address}'.`)
}
