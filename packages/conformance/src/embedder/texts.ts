import { ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { Embedder, EmbedOptions } from '@agentmem/core/adapter'
import { emptyTexts, oddTexts, sampleTexts, wrongTexts } from '../data/sample-texts.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { assertAlike, assertVectors } from './assert-vectors.ts'

export const textCases: readonly Case<Embedder>[] = casesOf('texts', {
  'text of every script, and text that tokenizers trip over': async embedder => {
    assertVectors(embedder, await embedder.embed(oddTexts), oddTexts.length)
    assertVectors(embedder, await embedder.embed(oddTexts, { as: 'query' }), oddTexts.length)
  },

  'a text of 100,000 words is embedded, as far as the model reads': async embedder => {
    const vectors = await embedder.embed(['A long story. '.repeat(33_000), 'A short one.'])
    assertVectors(embedder, vectors, 2)
    assertAlike(vectors.slice(1), await embedder.embed(['A short one.']), 'the text beside it')
  },

  'a text without a word has a vector of unit length, or is refused': async embedder => {
    for (const text of emptyTexts) {
      const [outcome] = await Promise.allSettled([embedder.embed([text])])
      if (outcome.status === 'fulfilled') assertVectors(embedder, outcome.value, 1)
      else ok(MemoryError.is(outcome.reason), `${JSON.stringify(text)}: ${String(outcome.reason)}`)
    }
    assertVectors(embedder, await embedder.embed(['It goes on.']), 1)
  },

  'a thousand texts in one call': async embedder => {
    const texts = sampleTexts(1000)
    const vectors = await embedder.embed(texts)
    assertVectors(embedder, vectors, 1000)
    for (const i of [0, 500, 999]) {
      assertAlike([vectors[i]], await embedder.embed([texts[i] ?? '']), `text ${i}`)
    }
  },
})

export const guardCases: readonly Case<Embedder>[] = casesOf('guards', {
  'refuses what is no text, and every text of its batch': async embedder => {
    const wrongs: Readonly<Record<string, unknown>> = {
      ...wrongTexts,
      'a text of more than a million characters': 'x'.repeat(1_048_577),
    }
    for (const [name, text] of Object.entries(wrongs)) {
      const call = (): Promise<unknown> => embedder.embed(['a good one', text as string])
      await assertRejects('INVALID_ARGUMENT', name, call)
    }
    assertVectors(embedder, await embedder.embed(['It goes on.']), 1)
  },

  'refuses a text where a list of texts belongs': embedder =>
    assertRejects('INVALID_ARGUMENT', 'a text', () => embedder.embed('text' as never)),

  'refuses unknown options and purposes': async embedder => {
    for (const options of [{ purpose: 'query' }, { as: 'passage' }, { as: null }]) {
      const call = (): Promise<unknown> => embedder.embed(['text'], options as EmbedOptions)
      await assertRejects('INVALID_ARGUMENT', JSON.stringify(options), call)
    }
  },
})
