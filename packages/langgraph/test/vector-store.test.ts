import { Memory } from '@agentmem/core'
import type { Where } from '@agentmem/core'
import { HashEmbedder } from '@agentmem/core'
import { AgentmemVectorStore, toLangChainEmbeddings } from '@agentmem/langgraph'
import { Document } from '@langchain/core/documents'
import { expect, test, vi } from 'vitest'
import { openMemory } from './open-memory.ts'

const embeddings = toLangChainEmbeddings(new HashEmbedder({ dimensions: 64 }))
const texts = ['Ferns grow in the shade.', 'Tomatoes want the sun.', 'A cello has four strings.']
const metadatas = [{ topic: 'garden', wet: true }, { topic: 'garden', wet: false }, { topic: 'music' }]
const garden: Where = { 'metadata.topic': 'garden' }

test('fromTexts stores documents, and similaritySearch, its scores and asRetriever find them', async () => {
  await using memory = await openMemory()
  const options = { memory, agentId: 'library' }
  const add = vi.spyOn(Memory.prototype, 'addBatch')
  const store = await AgentmemVectorStore.fromTexts(texts, metadatas, embeddings, options)
  expect(add).toHaveBeenCalledTimes(1)
  vi.restoreAllMocks()

  const [best] = await store.similaritySearch('what grows in the shade?', 1)
  expect(best).toMatchObject({ pageContent: texts[0], metadata: metadatas[0] })
  expect(best?.id).toBeTypeOf('string')
  const scored = await store.similaritySearchWithScore('ferns in the shade', 3)
  const scores = scored.map(([, score]) => score)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  expect(scores[0]).toBeGreaterThan(0.3)
  const again = await store.similaritySearchWithScore(texts[2] ?? '', 2, garden)
  expect(again.map(([{ metadata }]) => metadata['topic'])).toEqual(['garden', 'garden'])
  const retriever = store.asRetriever({ k: 1, filter: garden })
  expect((await retriever.invoke('how many strings?')).map(({ metadata }) => metadata['topic'])).toEqual([
    'garden',
  ])
  await retriever.addDocuments([
    new Document({ pageContent: 'Mint spreads.', metadata: { topic: 'garden' } }),
  ])
  expect(await store.similaritySearch('mint', 1)).toMatchObject([{ pageContent: 'Mint spreads.' }])
})

test('a score is the cosine similarity of the two vectors', async () => {
  await using memory = await openMemory()
  const store = await AgentmemVectorStore.fromTexts(texts, [], embeddings, { memory, agentId: 'library' })
  const query = await embeddings.embedQuery('ferns')
  for (const [{ pageContent }, score] of await store.similaritySearchVectorWithScore(query, 3)) {
    const [vector = []] = await embeddings.embedDocuments([pageContent])
    expect(score).toBeCloseTo(
      vector.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0),
      4,
    )
  }
})

test('documents are replaced by their id and deleted by it, or by a filter', async () => {
  await using memory = await openMemory()
  const store = new AgentmemVectorStore(embeddings, { memory, agentId: 'library' })
  const documents = texts.map((pageContent, i) => new Document({ pageContent, metadata: metadatas[i] ?? {} }))
  const ids = await store.addDocuments(documents, { ids: ['fern', 'tomato', 'cello'] })
  expect(ids).toEqual(['fern', 'tomato', 'cello'])
  await store.addDocuments([new Document({ id: 'fern', pageContent: 'Ferns and moss.', metadata: {} })])
  const found = await store.similaritySearch('ferns', 10)
  expect(new Set(found.map(({ id }) => id))).toEqual(new Set(['cello', 'fern', 'tomato']))
  expect(found.find(({ id }) => id === 'fern')).toMatchObject({
    pageContent: 'Ferns and moss.',
    metadata: {},
  })

  await store.delete({ ids: ['fern', 'none'] })
  await store.delete({ filter: { 'metadata.topic': 'music' } })
  expect((await store.similaritySearch('ferns', 10)).map(({ id }) => id)).toEqual(['tomato'])
  for (const which of [undefined, {}, { ids: ['a'], filter: garden }, { id: 'tomato' }]) {
    await expect(store.delete(which as object)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  }
  expect(await memory.count({ agentId: 'library' })).toBe(1)
})

test('ids belong to their owner: two may use the same, and neither reaches what is of the other', async () => {
  await using memory = await openMemory()
  const [ada, bo] = ['ada', 'bo'].map(userId => new AgentmemVectorStore(embeddings, { memory, userId }))
  await ada?.addDocuments([new Document({ pageContent: 'tea of Ada' })], { ids: ['1'] })
  await bo?.addDocuments([new Document({ pageContent: 'tea of Bo' })], { ids: ['1'] })
  await ada?.delete({ ids: ['1'] })
  expect(await ada?.similaritySearch('tea', 5)).toEqual([])
  expect(await bo?.similaritySearch('tea', 5)).toMatchObject([{ id: '1', pageContent: 'tea of Bo' }])
})

test('memories are documents, and are deleted by their ids', async () => {
  await using memory = await openMemory()
  const { results } = await memory.add('green tea', { userId: 'ada', metadata: { topic: 'tea' } })
  const store = await AgentmemVectorStore.fromExistingIndex(embeddings, {
    memory: memory.scope({ userId: 'ada' }),
  })
  const [found] = await store.similaritySearch('tea', 1)
  expect(found).toMatchObject({ id: results[0]?.id, pageContent: 'green tea', metadata: { topic: 'tea' } })
  await store.delete({ ids: [found?.id ?? ''] })
  expect(await memory.count({ userId: 'ada' })).toBe(0)
})

test('addVectors stores the vectors that it is given', async () => {
  await using memory = await openMemory()
  const store = new AgentmemVectorStore(embeddings, { memory, agentId: 'library' })
  const vector = await embeddings.embedQuery('ferns')
  await store.addVectors([vector], [new Document({ pageContent: 'something else' })])
  const [[found, score] = []] = await store.similaritySearchVectorWithScore(vector, 1)
  expect([found?.pageContent, Number(score).toFixed(3)]).toEqual(['something else', '1.000'])
  const document = new Document({ pageContent: 'text' })
  await expect(store.addVectors([], [document])).rejects.toThrow(/0 vectors for 1 documents/)
  await expect(store.addVectors([[1, 2]], [document])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test('what cannot be kept is refused', async () => {
  await using memory = await openMemory()
  expect(() => new AgentmemVectorStore(embeddings, { memory })).toThrow(/whose memories/)
  expect(() => new AgentmemVectorStore(embeddings, { memory, user: 'a' } as never)).toThrow(
    /unknown entry 'user'/,
  )
  const bound = memory.scope({ userId: 'ada' })
  expect(() => new AgentmemVectorStore(embeddings, { memory: bound, userId: 'bo' })).toThrow(/bound to "ada"/)
  const store = new AgentmemVectorStore(embeddings, { memory: bound })
  const add = (document: Document) => store.addDocuments([document])
  await expect(add(new Document({ pageContent: ' ' }))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(add(new Document({ pageContent: 'a', metadata: { documentId: 1 } }))).rejects.toThrow(
    /'documentId'/,
  )
  const filter = { topic: 'garden' } as Where
  await expect(store.similaritySearch('a', 1, filter)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  const twice = [new Document({ pageContent: 'a', id: 'x' }), new Document({ pageContent: 'b', id: 'x' })]
  await expect(store.addDocuments(twice)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  expect(await memory.count({ userId: 'ada' })).toBe(0)
})
