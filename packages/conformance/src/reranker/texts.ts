import { ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { CallOptions, Reranker } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { emptyTexts, oddTexts, wrongTexts } from '../data/sample-texts.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { assertAlike, assertScores } from './assert-scores.ts'

export const textCases: readonly Case<Reranker>[] = casesOf('texts', {
  'text of every script, and text that tokenizers and databases trip over': async reranker => {
    const texts = [...oddTexts, ...hostileStrings]
    assertScores(await reranker.rerank('a question', texts), texts.length)
  },

  'a query of every script': async reranker => {
    for (const query of oddTexts) assertScores(await reranker.rerank(query, ['a text', query]), 2)
  },

  'a text of 100,000 words is read from its beginning': async reranker => {
    const texts = ['A short one about tea.', 'A long story. '.repeat(33_000)]
    const scores = await reranker.rerank('tea', texts)
    assertScores(scores, 2)
    assertAlike(await reranker.rerank('tea', texts), scores, 'again')
  },

  'a query of 100,000 words is read from its beginning, or refused': async reranker => {
    const call = reranker.rerank('A long question. '.repeat(33_000), ['A text.', 'Another.'])
    const [outcome] = await Promise.allSettled([call])
    if (outcome.status === 'fulfilled') assertScores(outcome.value, 2)
    else ok(MemoryError.is(outcome.reason), String(outcome.reason))
    assertScores(await reranker.rerank('It goes on.', ['A text.']), 1)
  },

  'a query or a text without a word has a score, or is refused': async reranker => {
    for (const empty of emptyTexts) {
      for (const [query, text] of [
        [empty, 'a text'],
        ['a query', empty],
      ] as const) {
        const [outcome] = await Promise.allSettled([reranker.rerank(query, [text])])
        if (outcome.status === 'fulfilled') assertScores(outcome.value, 1)
        else ok(MemoryError.is(outcome.reason), `${JSON.stringify(empty)}: ${String(outcome.reason)}`)
      }
    }
    assertScores(await reranker.rerank('It goes on.', ['A text.']), 1)
  },
})

export const guardCases: readonly Case<Reranker>[] = casesOf('guards', {
  'refuses what is no text, as the query and among the texts': async reranker => {
    for (const [name, wrong] of Object.entries(wrongTexts)) {
      const asQuery = (): Promise<unknown> => reranker.rerank(wrong as string, ['a good one'])
      await assertRejects('INVALID_ARGUMENT', `${name} as query`, asQuery)
      const asText = (): Promise<unknown> => reranker.rerank('query', ['a good one', wrong as string])
      await assertRejects('INVALID_ARGUMENT', `${name} as text`, asText)
    }
    assertScores(await reranker.rerank('It goes on.', ['A text.']), 1)
  },

  'refuses a text where a list of texts belongs': reranker =>
    assertRejects('INVALID_ARGUMENT', 'a text', () => reranker.rerank('query', 'text' as never)),

  'refuses unknown options': reranker =>
    assertRejects('INVALID_ARGUMENT', 'topK', () =>
      reranker.rerank('query', ['text'], { topK: 3 } as CallOptions),
    ),
})
