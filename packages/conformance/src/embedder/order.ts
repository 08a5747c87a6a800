import type { Embedder } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { oddTexts, sampleTexts } from '../data/sample-texts.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertAlike, assertVectors } from './assert-vectors.ts'

export const orderCases: readonly Case<Embedder>[] = casesOf('order', {
  'each vector stands where its text stands': async embedder => {
    const texts = sampleTexts(40)
    const vectors = await embedder.embed(texts)
    const order = new Random(3).shuffle(texts.map((_, i) => i))
    const shuffled = await embedder.embed(order.map(i => texts[i] ?? ''))
    assertAlike(
      shuffled,
      order.map(i => vectors[i]),
      'shuffled',
    )
  },

  'long and short texts mixed keep their places': async embedder => {
    const texts = sampleTexts(30).map((text, i) =>
      i % 3 === 0 ? text.repeat(1 + (i % 7)) : text.slice(0, 12 + i),
    )
    const vectors = await embedder.embed(texts)
    assertAlike(await embedder.embed(texts.toReversed()), vectors.toReversed(), 'reversed')
  },

  'the same text twice in a batch has the same vector': async embedder => {
    const [a = '', b = '', c = ''] = sampleTexts(3)
    const vectors = await embedder.embed([a, b, a, a, c, b])
    assertVectors(embedder, vectors, 6)
    assertAlike([vectors[2], vectors[3], vectors[5]], [vectors[0], vectors[0], vectors[1]], 'duplicates')
  },

  'a batch gives what its texts give one by one': async embedder => {
    const texts = [...sampleTexts(12), ...oddTexts.slice(0, 8)]
    const single: Float32Array[] = []
    for (const text of texts) single.push(...(await embedder.embed([text])))
    assertAlike(await embedder.embed(texts), single, 'batch')
  },

  'calls at the same time do not disturb each other': async embedder => {
    const batches = Array.from({ length: 6 }, (_, i) => sampleTexts(1 + i * 3, i))
    const expected: Float32Array[][] = []
    for (const batch of batches) expected.push(await embedder.embed(batch))
    const together = await Promise.all(batches.map(batch => embedder.embed(batch)))
    for (const [i, vectors] of together.entries()) assertAlike(vectors, expected[i] ?? [], `batch ${i}`)
  },
})

export const determinismCases: readonly Case<Embedder>[] = casesOf('determinism', {
  'a text has the same vector at every call, as a document and as a query': async embedder => {
    const texts = sampleTexts(8)
    for (const as of ['document', 'query'] as const) {
      const first = await embedder.embed(texts, { as })
      await embedder.embed(sampleTexts(8, 9), { as: as === 'query' ? 'document' : 'query' })
      assertAlike(await embedder.embed(texts, { as }), first, as)
    }
  },

  'a text is a document unless it is said to be a query': async embedder => {
    const texts = sampleTexts(4)
    assertAlike(await embedder.embed(texts), await embedder.embed(texts, { as: 'document' }), 'default')
  },
})
