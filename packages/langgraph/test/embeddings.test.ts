import { embedderCases, registerCases } from '@agentmem/conformance'
import { HashEmbedder } from '@agentmem/core'
import { AgentmemStore, openLangChainEmbedder, toLangChainEmbeddings } from '@agentmem/langgraph'
import type { Embeddings } from '@langchain/core/embeddings'
import { FakeEmbeddings } from '@langchain/core/utils/testing'
import { describe, expect, it, test } from 'vitest'
import { openMemory } from './open-memory.ts'

const hash = (): Embeddings => toLangChainEmbeddings(new HashEmbedder({ dimensions: 64 }))

describe("an Embedder of LangChain's Embeddings, which are an Embedder", () => {
  registerCases(describe, it, embedderCases, async () => {
    let broken = false
    const embeddings = hash()
    const embedDocuments = embeddings.embedDocuments.bind(embeddings)
    const embedQuery = embeddings.embedQuery.bind(embeddings)
    embeddings.embedDocuments = async texts =>
      broken ? Promise.reject(new Error('gone')) : embedDocuments(texts)
    embeddings.embedQuery = async text => (broken ? Promise.reject(new Error('gone')) : embedQuery(text))
    const part = await openLangChainEmbedder({ embeddings, model: 'hash', batchSize: 32 })
    return {
      part,
      breakBackend: async () => void (broken = true),
      teardown: () => part.close(),
    }
  })
})

test('documents and queries are embedded by the calls for them, in batches', async () => {
  const calls: string[] = []
  const embeddings = Object.assign(new FakeEmbeddings(), {
    embedDocuments: async (texts: string[]) => {
      calls.push(`documents ${texts.length}`)
      return texts.map(() => [3, 4])
    },
    embedQuery: async (text: string) => {
      calls.push(`query ${text}`)
      return [0, 5]
    },
  })
  const options = { embeddings, model: 'fake/1', dimensions: 2, batchSize: 2 }
  await using embedder = await openLangChainEmbedder(options)
  const vectors = await embedder.embed(['a', 'b', 'c'], { as: 'document' })
  expect(vectors.map(vector => Array.from(vector, value => value.toFixed(1)))).toEqual(
    Array.from({ length: 3 }, () => ['0.6', '0.8']),
  )
  await embedder.embed(['q'], { as: 'query' })
  expect(calls).toEqual(['documents 2', 'documents 1', 'query q'])
  expect(embedder.model).toBe('fake/1')
})

test('dimensions that are not named are those of one text; nothing is guessed when that fails', async () => {
  await using embedder = await openLangChainEmbedder({ embeddings: new FakeEmbeddings(), model: 'fake' })
  expect(embedder.dimensions).toBe(4)
  const failing = Object.assign(new FakeEmbeddings(), {
    embedQuery: () => Promise.reject(new Error('no key')),
  })
  const opened = openLangChainEmbedder({ embeddings: failing, model: 'fake' })
  await expect(opened).rejects.toMatchObject({ name: 'MemoryError', message: /no key/ })
})

test('options are checked, and answers as well', async () => {
  const embeddings = new FakeEmbeddings()
  const refused = { code: 'INVALID_ARGUMENT' }
  const open = (options: object) => openLangChainEmbedder(options as never)
  await expect(open({ embeddings })).rejects.toMatchObject(refused)
  await expect(open({ embeddings: {}, model: 'fake' })).rejects.toMatchObject(refused)
  await expect(open({ embeddings, model: 'fake', dimensions: 0 })).rejects.toMatchObject(refused)
  await using embedder = await openLangChainEmbedder({ embeddings, model: 'fake', dimensions: 8 })
  await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'BACKEND', message: /4 dimensions/ })
})

test('a call ends with its signal, although the embeddings never answer', async () => {
  const embeddings = Object.assign(new FakeEmbeddings(), {
    embedDocuments: () => new Promise<never>(() => {}),
  })
  await using embedder = await openLangChainEmbedder({ embeddings, model: 'fake', dimensions: 4 })
  const ending = new AbortController()
  const embedding = embedder.embed(['a'], { signal: ending.signal })
  ending.abort()
  await expect(embedding).rejects.toMatchObject({ code: 'ABORTED' })
})

test('one model serves both: an item that LangGraph stores is found by the vector of its text', async () => {
  await using memory = await openMemory()
  const bound = memory.scope({ agentId: 'langgraph' })
  await new AgentmemStore(bound, { fields: ['text'] }).put(['docs'], 'k', { text: 'green tea' })
  const embedding = await hash().embedQuery('tea')
  expect((await bound.search({ embedding })).results).toHaveLength(1)
})
