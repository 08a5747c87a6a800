import { deepEqual, ok } from 'node:assert/strict'
import type { Reranker } from '@agentmem/core/adapter'
import { sampleTexts } from '../data/sample-texts.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertAlike, assertScores } from './assert-scores.ts'

const query = 'green tea in the morning'

export const scoreCases: readonly Case<Reranker>[] = casesOf('scores', {
  'one from 0 to 1 for each text': async reranker => {
    for (const count of [1, 2, 10, 33]) {
      assertScores(await reranker.rerank(query, sampleTexts(count)), count)
    }
  },

  'a text of the words of the query is above one without': async reranker => {
    const texts = ['The printer is out of paper.', 'Alice drinks green tea every morning.']
    const [far = NaN, near = NaN] = await reranker.rerank('Does Alice drink green tea every morning?', texts)
    ok(near > far, `${near} for its words, ${far} for others`)
  },

  'another query gives other scores': async reranker => {
    const texts = sampleTexts(10)
    const scores = await reranker.rerank('red boats on the river', texts)
    const others = await reranker.rerank('her dog before work', texts)
    ok(
      scores.some((score, i) => Math.abs(score - (others[i] ?? NaN)) > 1e-4),
      'both queries gave the same scores',
    )
  },

  'the same call gives the same scores': async reranker => {
    const texts = sampleTexts(12)
    const first = await reranker.rerank(query, texts)
    await reranker.rerank('something else', sampleTexts(5, 2))
    assertAlike(await reranker.rerank(query, texts), first, 'again')
  },

  'no texts, no scores': async reranker => {
    deepEqual(await reranker.rerank(query, []), [])
  },

  'no texts ask nothing of the backend': {
    unless: ({ breakBackend }) =>
      breakBackend ? undefined : 'the harness has no breakBackend: this backend cannot be broken',
    run: async (reranker, { breakBackend }) => {
      await breakBackend?.()
      const [outcome] = await Promise.allSettled([reranker.rerank(query, [])])
      deepEqual(outcome, { status: 'fulfilled', value: [] })
    },
  },
})
