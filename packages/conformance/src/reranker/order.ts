import type { Reranker } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { sampleTexts } from '../data/sample-texts.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertAlike, assertScores } from './assert-scores.ts'

const query = 'green tea in the morning'

export const orderCases: readonly Case<Reranker>[] = casesOf('order', {
  'each score stands where its text stands': async reranker => {
    const texts = sampleTexts(40)
    const scores = await reranker.rerank(query, texts)
    const order = new Random(3).shuffle(texts.map((_, i) => i))
    const shuffled = await reranker.rerank(
      query,
      order.map(i => texts[i] ?? ''),
    )
    assertAlike(
      shuffled,
      order.map(i => scores[i]),
      'shuffled',
    )
  },

  'long and short texts mixed keep their places': async reranker => {
    const texts = sampleTexts(30).map((text, i) =>
      i % 3 === 0 ? text.repeat(1 + (i % 7)) : text.slice(0, 12 + i),
    )
    const scores = await reranker.rerank(query, texts)
    assertAlike(await reranker.rerank(query, texts.toReversed()), scores.toReversed(), 'reversed')
  },

  'the same text twice in a batch has the same score': async reranker => {
    const [a = '', b = '', c = ''] = sampleTexts(3)
    const scores = await reranker.rerank(query, [a, b, a, a, c, b])
    assertScores(scores, 6)
    assertAlike([scores[2], scores[3], scores[5]], [scores[0], scores[0], scores[1]], 'duplicates')
  },

  'five hundred texts in one call': async reranker => {
    const texts = sampleTexts(500)
    const scores = await reranker.rerank(query, texts)
    assertScores(scores, 500)
    assertAlike(await reranker.rerank(query, texts.toReversed()), scores.toReversed(), 'reversed')
  },

  'calls at the same time do not disturb each other': async reranker => {
    const calls = sampleTexts(6, 9).map((asked, i) => [asked, sampleTexts(1 + i * 3, i)] as const)
    const expected: (readonly number[])[] = []
    for (const call of calls) expected.push(await reranker.rerank(...call))
    const together = await Promise.all(calls.map(call => reranker.rerank(...call)))
    for (const [i, scores] of together.entries()) assertAlike(scores, expected[i] ?? [], `call ${i}`)
  },
})
