import { ExactIndex, HashEmbedder, MapStore, Memory } from '@agentmem/core'
import { estimateTokens } from '@agentmem/core/adapter'
import { openModelExtractor } from '@agentmem/infer'
import { describe, expect, onTestFinished, test } from 'vitest'

import { CountingModel } from '../inference/counting-model.ts'

const infer = { userId: 'ana', infer: true } as const
const messages = Array.from({ length: 100 }, (_, n) => ({
  id: `m${n}`,
  role: 'user',
  content: `Ana keeps thing${n} in box${n}. Well, well.`,
}))

/** A Memory on the real prompts, and what a call of it took. */
async function opened(every: number) {
  const model = new CountingModel({ countTokens: estimateTokens, every })
  const embedder = new HashEmbedder()
  const store = new MapStore()
  const index = new ExactIndex(embedder.dimensions)
  const memory = await Memory.open({ store, index, embedder, extractor: openModelExtractor({ model }) })
  onTestFinished(() => memory.close())
  const counts = async () => [
    model.counters.requests,
    (await memory.stats()).embedder.calls ?? 0,
    store.counters.transactions,
  ]
  const spent = async (work: () => Promise<unknown>) => {
    const before = await counts()
    await work()
    const after = await counts()
    const [calls = 0, embeds = 0, transactions = 0] = after.map((count, i) => count - (before[i] ?? 0))
    return { calls, embeds, transactions }
  }
  return { memory, spent }
}

describe('100 one-line messages of one user, with the prompts of @agentmem/infer,', () => {
  test('take at most 3 calls of a model, 2 embed calls and 2 transactions', async () => {
    const { memory, spent } = await opened(1)
    const { calls, embeds, transactions } = await spent(async () => {
      const { results, failed } = await memory.addBatch(messages, infer)
      expect([results.length, failed]).toEqual([100, []])
    })
    expect(calls).toBeLessThanOrEqual(3)
    expect(embeds).toBe(2)
    expect(transactions).toBe(2)
  })

  test('take 1 call where there is nothing to remember', async () => {
    const { memory, spent } = await opened(0)
    expect(await spent(() => memory.addBatch(messages, infer))).toEqual({
      calls: 1,
      embeds: 1,
      transactions: 2,
    })
  })

  test("take no call with wait: 'stored', and one transaction", async () => {
    const { memory, spent } = await opened(1)
    const stored = { ...infer, wait: 'stored' } as const
    expect(await spent(() => memory.addBatch(messages, stored))).toEqual({
      calls: 0,
      embeds: 1,
      transactions: 1,
    })
  })

  test('take no call when the same ids come again', async () => {
    const { memory, spent } = await opened(1)
    await memory.addBatch(messages, infer)
    const again = await spent(async () => {
      const { results, messages: ids } = await memory.addBatch(messages, infer)
      expect([results, ids]).toEqual([[], messages.map(({ id }) => id)])
    })
    expect(again).toMatchObject({ calls: 0, embeds: 0 })
    expect(again.transactions).toBeLessThanOrEqual(1)
  })
})
