import { freshFolder } from '@agentmem/conformance'
import { HashEmbedder } from '@agentmem/core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Memory } from '../src/index.ts'
import type { Mem0Config } from '../src/index.ts'
import { startModels } from './model-server.ts'
import { openMem0Config } from './real-mem0.ts'

const movies = [
  { role: 'user', content: "I'm planning to watch a movie tonight. Any recommendations?" },
  { role: 'assistant', content: 'How about thriller movies? They can be quite engaging.' },
  { role: 'user', content: "I'm not a big fan of thriller movies but I love sci-fi movies." },
  {
    role: 'assistant',
    content: "Got it! I'll avoid thriller recommendations and suggest sci-fi movies in the future.",
  },
]
const facts = {
  'sci-fi movies': [
    'Planning to watch a movie tonight',
    'Not a big fan of thriller movies, but love sci-fi movies',
  ],
  Porto: ['Moved to Porto'],
}

/** The first program of mem0's documents for Node, and what follows from it. */
async function program(memory: Memory): Promise<unknown[]> {
  const filters = { user_id: 'alice' }
  const added = await memory.add(movies, { userId: 'alice' })
  return [
    added.results.map(item => [item.memory, item.metadata]),
    // What is known word for word is not told again.
    (await memory.add(movies, { userId: 'alice' })).results,
    (await memory.add('Good morning', { userId: 'alice' })).results,
    (await memory.add('I moved to Porto', { userId: 'alice' })).results.map(item => item.memory),
    (await memory.getAll({ filters })).results.map(item => item.memory).toSorted(),
    (await memory.search('thriller or sci-fi movies?', { filters, topK: 1 })).results.map(
      item => item.memory,
    ),
    (await memory.getAll({ filters: { user_id: 'bob' } })).results,
  ]
}

describe('a config of mem0', { timeout: 120_000 }, () => {
  const embedder = new HashEmbedder({ dimensions: 64 })
  let models: Awaited<ReturnType<typeof startModels>>
  const whyNoMem0 = inject('whyNoMem0')
  beforeAll(async () => {
    models = await startModels(embedder, facts)
  })
  afterAll(() => models.stop())

  const configIn = (folder: string, more: Partial<Mem0Config> = {}): Mem0Config => ({
    version: 'v1.1',
    embedder: {
      provider: 'openai',
      config: { apiKey: 'k', baseURL: `${models.url}/v1`, model: 'embedding', embeddingDims: 64 },
    },
    vectorStore: {
      provider: 'memory',
      config: { collectionName: 'memories', dimension: 64, dbPath: `${folder}/memories.db` },
    },
    llm: { provider: 'openai', config: { apiKey: 'k', baseURL: `${models.url}/v1`, model: 'chat' } },
    ...more,
  })

  test("has the same facts made of mem0's own example, by the same models, as mem0 makes", async context => {
    context.skip(whyNoMem0 !== '', whyNoMem0)
    await using folder = await freshFolder()
    await using theirFolder = await freshFolder()
    const theirs = await program(await openMem0Config(theirFolder.path, configIn(theirFolder.path)))
    await using memory = Memory.fromConfig(configIn(folder.path))
    expect(await program(memory)).toEqual(theirs)
    expect(theirs[0]).toHaveLength(2)
  })

  test('opens files that another process goes on with, and a collection sees itself alone', async () => {
    await using folder = await freshFolder()
    for (const [collectionName, expected] of [
      ['first', 1],
      ['first', 2],
      ['second', 1],
    ] as const) {
      const place = { collectionName, dbPath: `${folder.path}/m.db` }
      await using memory = Memory.fromConfig(
        configIn(folder.path, { vectorStore: { provider: 'memory', config: place } }),
      )
      await memory.add(`note ${expected}`, { userId: 'ana', infer: false })
      expect((await memory.getAll({ filters: { user_id: 'ana' } })).results).toHaveLength(expected)
    }
  })

  test('reaches Ollama by the address of its own API, and gives a model its parameters', async () => {
    const ollama = { url: models.url, model: 'nomic-embed-text', embeddingDims: 64 }
    const llm = { url: models.url, model: 'llama', temperature: 0.2, topP: 0.5, maxTokens: 2_000 }
    await using memory = Memory.fromConfig({
      embedder: { provider: 'Ollama', config: ollama },
      vectorStore: { provider: 'memory', config: { dbPath: ':memory:' } },
      llm: { provider: 'ollama', config: llm },
      customInstructions: 'Only where people live.',
    })
    models.asked.length = 0
    expect((await memory.add('I moved to Porto', { userId: 'ana' })).results).toHaveLength(1)
    expect(new Set(models.asked.map(({ path }) => path))).toEqual(
      new Set(['/v1/chat/completions', '/v1/embeddings']),
    )
    const chat = models.asked.find(({ path }) => path === '/v1/chat/completions')
    expect(chat?.body).toMatchObject({ model: 'llama', temperature: 0.2, top_p: 0.5 })
    expect(chat?.authorization).toBeUndefined()
    expect(JSON.stringify(chat?.body['messages'])).toContain('Only where people live.')
  })

  test('without models stores messages as they are, and finds them by their words', async () => {
    await using memory = Memory.fromConfig({
      vectorStore: { provider: 'memory', config: { dbPath: ':memory:' } },
    })
    await memory.add('Ana lives in Porto', { userId: 'ana', infer: false })
    const { results } = await memory.search('Porto', { filters: { user_id: 'ana' } })
    expect(results.map(item => item.memory)).toEqual(['Ana lives in Porto'])
  })

  test('whose dimensions are not those of the embedder is refused', async () => {
    await using folder = await freshFolder()
    const place = { dimension: 1_536, dbPath: `${folder.path}/m.db` }
    await using memory = Memory.fromConfig(
      configIn(folder.path, { vectorStore: { provider: 'memory', config: place } }),
    )
    const filters = { user_id: 'ana' }
    await expect(memory.getAll({ filters })).rejects.toThrow(/dimension 1536, and the embedder has 64/)
  })
})

const local = { provider: 'memory', config: {} }
test.each([
  [
    { vectorStore: { provider: 'qdrant', config: {} } },
    /no vectorStore 'qdrant'; there are memory, pgvector.*a store and an index/,
  ],
  [{ vectorStore: { provider: 'redis', config: {} } }, /no vectorStore 'redis'.*give new Memory\(\)/],
  [
    { vectorStore: { provider: 'pgvector', config: { hnsw: true } } },
    /vectorStore 'pgvector' has no setting 'hnsw'/,
  ],
  [
    { embedder: { provider: 'google', config: {} } },
    /no embedder 'google'; there are openai, ollama.*an embedder/,
  ],
  [{ embedder: { provider: 'openai', config: { client: {} } } }, /embedder 'openai' has no setting 'client'/],
  [{ llm: { provider: 'anthropic', config: {} } }, /no llm 'anthropic'; there are openai.*an extractor/],
  [{ llm: { provider: 'groq', config: {} } }, /llm 'groq' needs config\.model/],
  [
    { vectorStore: local, reranker: { provider: 'cohere', config: {} } },
    /no 'reranker'; open the Memory yourself/,
  ],
  [
    { vectorStore: local, historyDbPath: 'h.db' },
    /no 'historyDbPath'; leave it out: the history is in the Store/,
  ],
  [{ vectorStore: local, disableHistory: true }, /no disableHistory: true/],
  [{ vectorstore: local }, /no 'vectorstore'; there are version, embedder, vectorStore/],
  [{ embedder: {} }, /embedder needs a provider/],
  [null, /needs a config of mem0/],
])('the config %j is refused before anything is opened', (config, message) => {
  const error = expect.objectContaining({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
  expect(() => Memory.fromConfig(config as never)).toThrow(error)
})

test('pgvector without a database says so, and leaves nothing open', async () => {
  const place = { host: '127.0.0.1', port: 1, user: 'me', password: 'p@ss/word', dbname: 'none' }
  await using memory = Memory.fromConfig({ vectorStore: { provider: 'pgvector', config: place } })
  const failed = memory.getAll({ filters: { user_id: 'ana' } })
  await expect(failed).rejects.toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }))
  await expect(failed).rejects.not.toThrow(/p@ss|p%40ss/)
})
