import { ExactIndex, Memory } from '@agentmem/core'
import type { Embedder, Store, VectorIndex } from '@agentmem/core'
import { importLibrary } from '@agentmem/core/adapter'
import type { Extractor } from '@agentmem/core/adapter'
import type { Mem0Config, ProviderConfig, ProviderSettings } from './config-shapes.ts'
import { endpointOf, modelOf, providerOf } from './mem0-config.ts'
import { invalid } from './refuse.ts'

/**
 * Opens the parts that a checked config of mem0 names, from packages that are installed. When one cannot be opened, those before
 * it are closed.
 */
export async function openMem0Config(config: Mem0Config): Promise<Memory> {
  const opened: AsyncDisposable[] = []
  const keep = <Opened extends AsyncDisposable>(part: Opened): Opened => {
    opened.push(part)
    return part
  }
  try {
    const embedder = config.embedder && keep(await openEmbedder(config.embedder))
    const extractor = config.llm && keep(await openExtractor(config.llm, config.customInstructions))
    const { dimension, collectionName, ...place } = config.vectorStore?.config ?? {}
    if (embedder && dimension !== undefined && dimension !== embedder.dimensions) {
      throw invalid(`vectorStore has dimension ${dimension}, and the embedder has ${embedder.dimensions}.`)
    }
    const isPostgres = config.vectorStore && providerOf(config.vectorStore) === 'pgvector'
    const { store, index } = isPostgres ? postgres(place) : sqlite(place.dbPath)
    return await Memory.open({
      store: keep(await store()),
      ...(embedder ? { embedder, index: keep(await index(embedder.dimensions)) } : {}),
      ...(extractor ? { extractor } : {}),
      // A collection is a set of memories of its own.
      ...(collectionName === undefined ? {} : { orgId: collectionName }),
      // mem0 keeps the facts alone.
      infer: { messages: 'discard' },
    })
  } catch (error) {
    await Promise.allSettled(opened.map(part => part[Symbol.asyncDispose]()))
    throw error
  }
}

interface Place {
  readonly store: () => Promise<Store>
  readonly index: (dimensions: number) => Promise<VectorIndex>
}

function sqlite(path = 'agentmem.db'): Place {
  return {
    store: async () => {
      const { openSqliteStore } = await load('@agentmem/sqlite', () => import('@agentmem/sqlite'))
      return openSqliteStore({ path })
    },
    index: async dimensions => {
      if (path === ':memory:') return new ExactIndex({ dimensions })
      const { openSqliteVecIndex } = await load('@agentmem/sqlite-vec', () => import('@agentmem/sqlite-vec'))
      return openSqliteVecIndex({ path: `${path.replace(/\.db$/, '')}.vectors-${dimensions}.db`, dimensions })
    },
  }
}

function postgres(settings: ProviderSettings): Place {
  const url = addressOf(settings)
  return {
    store: async () => {
      const { openPostgresStore } = await load('@agentmem/postgres', () => import('@agentmem/postgres'))
      return openPostgresStore({ url })
    },
    index: async dimensions => {
      const { openPgvectorIndex } = await load('@agentmem/pgvector', () => import('@agentmem/pgvector'))
      return openPgvectorIndex({ url, dimensions })
    },
  }
}

function addressOf({ connectionString, user, password, host, port, dbname }: ProviderSettings): string {
  if (connectionString !== undefined) return connectionString
  const url = new URL(`postgres://localhost/${encodeURIComponent(dbname ?? 'vector_store')}`)
  url.username = user ?? ''
  url.password = password ?? ''
  url.hostname = host ?? 'localhost'
  url.port = String(port ?? 5432)
  return url.href
}

async function openEmbedder(given: ProviderConfig): Promise<Embedder> {
  const { model, embeddingDims } = given.config ?? {}
  if (providerOf(given) === 'fastembed') {
    const { openFastEmbedder } = await load('@agentmem/fastembed', () => import('@agentmem/fastembed'))
    return openFastEmbedder(model === undefined ? {} : { model })
  }
  const { openOpenAIEmbedder } = await load('@agentmem/openai', () => import('@agentmem/openai'))
  return openOpenAIEmbedder({
    model: model ?? 'text-embedding-3-small',
    ...(embeddingDims === undefined ? {} : { dimensions: embeddingDims }),
    ...endpointOf(given),
  })
}

async function openExtractor(given: ProviderConfig, instructions: string | undefined): Promise<Extractor> {
  const { modelProperties, temperature, topP, maxTokens } = given.config ?? {}
  const { openModelExtractor } = await load('@agentmem/infer', () => import('@agentmem/infer'))
  const { openOpenAIModel } = await load('@agentmem/openai', () => import('@agentmem/openai'))
  const parameters = {
    ...modelProperties,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
  }
  const model = await openOpenAIModel({
    model: modelOf(given),
    ...endpointOf(given),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    parameters,
  })
  return openModelExtractor({ model, ...(instructions === undefined ? {} : { instructions }) })
}

/** A package that need not be installed. Throws `NOT_INSTALLED` with the command that installs it. */
function load<Library>(name: string, by: () => Promise<Library>): Promise<Library> {
  return importLibrary(by, { name })
}
