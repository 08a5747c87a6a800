import { ExactIndex, HashEmbedder, MapStore, Memory, RuleExtractor } from '@agentmem/core'
import { PassThrough } from 'node:stream'
import { describe, it } from 'vitest'
import { hostileCases, registerCases } from '../src/index.ts'
import type { SampleCalls } from '../src/index.ts'

const { signal } = new AbortController()
const scope = { userId: 'alice', agentId: 'cook', runId: 'r' }
const where = { type: 'a', 'metadata.k': { in: [1] }, or: [{ role: 'user' }], not: { type: 'b' } }
const onProgress = (): void => undefined
const facts = {
  ...scope,
  metadata: { k: [1] },
  type: 't',
  level: 'l',
  importance: 1,
  createdAt: '2024-01-01',
  expiresAt: 8e15,
  actorId: 'a',
  role: 'user',
}
const input = { ...facts, id: 'a', content: 'tea', embedding: [1] }
const search = {
  ...scope,
  topK: 1,
  mode: 'hybrid',
  threshold: 0,
  where,
  weights: { vector: 1 },
  context: true,
}
const more = {
  now: 1,
  minSimilarity: 0,
  minCoverage: 0,
  expand: 0,
  rerank: { candidates: 1 },
  explain: false,
}
async function* lines(): AsyncGenerator<string> {
  yield '{"content":"tea"}'
}

const samples = (): SampleCalls => ({
  scope: [scope],
  add: [input, { ...facts, dedupe: true, signal }],
  addBatch: [[input], { ...facts, onError: 'report', signal }],
  search: ['tea', { ...search, ...more, signal }],
  searchBatch: [[{ query: 'tea', ...search, ...more }], { signal }],
  warm: [scope, { signal }],
  get: ['a', { signal }],
  getBatch: [['a'], { signal }],
  getAll: [{ ...scope, where, order: { by: 'createdAt', direction: 'asc' }, topK: 1, offset: 0, signal }],
  recent: [{ ...scope, where, limit: 1, signal }],
  page: [{ ...scope, where, limit: 1, signal }],
  count: [{ ...scope, where, signal }],
  scopes: [{ by: 'userId', ...scope, where, limit: 1, signal }],
  purgeExpired: [{ purgeHistory: false, actorId: 'a', signal }],
  list: [{ ...scope, where, order: { by: 'createdAt', direction: 'asc' }, pageSize: 1, signal }],
  update: [
    'a',
    { content: 'milk', metadata: { k: 1 }, type: 't', expiresAt: 1, version: 1 },
    { actorId: 'a', signal },
  ],
  updateBatch: [[{ id: 'a', content: 'milk' }], { actorId: 'a', signal }],
  delete: ['a', { actorId: 'a', signal }],
  deleteBatch: [['a'], { actorId: 'a', signal }],
  restore: ['a', { actorId: 'a', signal }],
  restoreBatch: [['a'], { actorId: 'a', signal }],
  process: [{ ...scope, limit: 1, budget: { calls: 1, inputTokens: 1 }, retryParked: false, signal }],
  revert: ['a', { ...scope, signal }],
  deleteAll: [{ scope }, { actorId: 'a', signal }],
  history: ['a', { signal }],
  flush: [{ onProgress, signal }],
  optimize: [{ onProgress, signal }],
  verify: [{ database: true, onProgress, signal }],
  repair: [{ database: true, onProgress, signal }],
  exportTo: [new PassThrough().resume(), { ...scope, vectors: true, onProgress, signal }],
  importFrom: [lines(), { ...facts, batchSize: 10, largeIntegers: 'text', onProgress, signal }],
  reembed: [new HashEmbedder(), { batchSize: 1, index: new ExactIndex(1), onProgress, signal }],
})

describe('Memory', () => {
  registerCases(describe, it, hostileCases<Memory>(samples, Object.keys(samples())), async () => {
    const embedder = new HashEmbedder()
    const part = await Memory.open({
      store: new MapStore(),
      extractor: new RuleExtractor(),
      index: new ExactIndex(embedder.dimensions),
      embedder,
    })
    return { part, teardown: () => part.close() }
  })
})
