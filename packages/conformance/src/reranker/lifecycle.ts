import { equal, ok } from 'node:assert/strict'
import type { Reranker } from '@agentmem/core/adapter'
import { sampleTexts } from '../data/sample-texts.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { errorCases } from '../kit/error-cases.ts'
import { lifecycleCases } from '../kit/lifecycle-cases.ts'

const calls = (reranker: Reranker, signal?: AbortSignal): Record<string, () => Promise<unknown>> => ({
  rerank: () => reranker.rerank('query', ['text'], { signal }),
})

export const rerankerLifecycleCases: readonly Case<Reranker>[] = [
  ...lifecycleCases<Reranker>(['rerank'], {
    calls,
    abortable: ['rerank'],
    stateOf: async reranker => reranker.model,
  }),
  ...errorCases<Reranker>(['rerank'], calls),
  ...casesOf<Reranker>('facts', {
    'it says what it is, and stays that': async reranker => {
      const { model, batchSize } = reranker
      ok(model.length > 0, 'no model')
      ok(batchSize === undefined || (Number.isInteger(batchSize) && batchSize > 0), `batchSize: ${batchSize}`)
      await reranker.rerank('query', sampleTexts(2))
      equal(reranker.model, model)
      equal(reranker.batchSize, batchSize)
    },
  }),
]
