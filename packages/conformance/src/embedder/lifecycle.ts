import { equal, ok } from 'node:assert/strict'
import type { Embedder } from '@agentmem/core/adapter'
import { sampleTexts } from '../data/sample-texts.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { errorCases } from '../kit/error-cases.ts'
import { lifecycleCases } from '../kit/lifecycle-cases.ts'

const calls = (embedder: Embedder, signal?: AbortSignal): Record<string, () => Promise<unknown>> => ({
  embed: () => embedder.embed(['text'], { signal }),
})

export const embedderLifecycleCases: readonly Case<Embedder>[] = [
  ...lifecycleCases<Embedder>(['embed'], {
    calls,
    abortable: ['embed'],
    stateOf: async embedder => embedder.dimensions,
  }),
  ...errorCases<Embedder>(['embed'], calls),
  ...casesOf<Embedder>('facts', {
    'it says what it is': async embedder => {
      ok(embedder.model.length > 0, 'no model')
      ok(
        Number.isInteger(embedder.dimensions) && embedder.dimensions > 0,
        `dimensions: ${embedder.dimensions}`,
      )
      for (const limit of [embedder.maxTokens, embedder.batchSize]) {
        ok(limit === undefined || (Number.isInteger(limit) && limit > 0), `a limit of ${limit}`)
      }
    },

    'the model and the dimensions stay the same': async embedder => {
      const { model, dimensions } = embedder
      await embedder.embed(sampleTexts(2))
      equal(embedder.model, model)
      equal(embedder.dimensions, dimensions)
    },
  }),
]
