import type { BackendList } from './manifest.ts'

// Written by `npm run lists`, from the manifests of the packages. An import is literal, so that a bundler follows it, and has
// a `catch`, so that a bundler that finds no package leaves it at a warning.
/** The backends of this project, by part and scheme. */
export const knownBackends: BackendList = {
  store: {
    sqlite: {
      package: '@agentmem/sqlite',
      open: 'openSqliteStore',
      from: 'path',
      about: 'the Store on SQLite',
      load: () => import('@agentmem/sqlite').catch(rethrow),
    },
    libsql: {
      package: '@agentmem/libsql',
      open: 'openLibsqlStore',
      from: 'file-url',
      about: 'the Store on libSQL: a file, or a server',
      load: () => import('@agentmem/libsql').catch(rethrow),
    },
    mysql: {
      package: '@agentmem/mysql',
      open: 'openMysqlStore',
      alias: 'mariadb',
      from: 'url',
      about: 'the Store on MySQL and MariaDB',
      load: () => import('@agentmem/mysql').catch(rethrow),
    },
    pglite: {
      package: '@agentmem/pglite',
      open: 'openPgliteStore',
      from: 'path',
      about: 'the Store on PGlite: PostgreSQL in the process, in a folder',
      load: () => import('@agentmem/pglite').catch(rethrow),
    },
    postgres: {
      package: '@agentmem/postgres',
      open: 'openPostgresStore',
      alias: 'postgresql',
      from: 'url',
      about: 'the Store on PostgreSQL',
      load: () => import('@agentmem/postgres').catch(rethrow),
    },
  },
  index: {
    'sqlite-vec': {
      package: '@agentmem/sqlite-vec',
      open: 'openSqliteVecIndex',
      from: 'path',
      beside: 'sqlite',
      about: "the VectorIndex in an SQLite file, also in the Store's transactions",
      load: () => import('@agentmem/sqlite-vec').catch(rethrow),
    },
    hnsw: {
      package: '@agentmem/hnsw',
      open: 'openHnswIndex',
      from: 'path',
      about: 'the VectorIndex on hnswlib, in a worker thread',
      load: () => import('@agentmem/hnsw').catch(rethrow),
    },
    lancedb: {
      package: '@agentmem/lancedb',
      open: 'openLancedbIndex',
      from: 'path-or-uri',
      about: 'the VectorIndex on LanceDB, in a local folder or an object store',
      load: () => import('@agentmem/lancedb').catch(rethrow),
    },
    pgvector: {
      package: '@agentmem/pgvector',
      open: 'openPgvectorIndex',
      from: 'url',
      beside: 'postgres',
      about: "the VectorIndex in PostgreSQL or PGlite, also in the Store's transactions",
      load: () => import('@agentmem/pgvector').catch(rethrow),
    },
    usearch: {
      package: '@agentmem/usearch',
      open: 'openUsearchIndex',
      from: 'path',
      about: 'the VectorIndex on usearch, in worker threads; nothing is compiled',
      load: () => import('@agentmem/usearch').catch(rethrow),
    },
  },
  embedder: {
    openai: {
      package: '@agentmem/openai',
      open: 'openOpenAIEmbedder',
      from: 'model',
      models: '^(text-embedding-\\S+)$',
      about: 'the Embedder on any OpenAI-compatible endpoint',
      load: () => import('@agentmem/openai').catch(rethrow),
    },
    fastembed: {
      package: '@agentmem/fastembed',
      open: 'openFastEmbedder',
      from: 'model',
      about: 'the Embedder on fastembed: ONNX models on this machine, in a child process',
      load: () => import('@agentmem/fastembed').catch(rethrow),
    },
  },
}

function rethrow(error: unknown): never {
  throw error
}
