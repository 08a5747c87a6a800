import { deepEqual, ok } from 'node:assert/strict'
import type { Embedder } from '@agentmem/core/adapter'
import { sampleTexts } from '../data/sample-texts.ts'
import { dot } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertAlike, assertVectors, distance } from './assert-vectors.ts'

export const vectorCases: readonly Case<Embedder>[] = casesOf('vectors', {
  'one of unit length and of the declared dimension for each text': async embedder => {
    for (const count of [1, 2, 10, 33]) {
      assertVectors(embedder, await embedder.embed(sampleTexts(count)), count)
    }
  },

  'a query has one too': async embedder => {
    assertVectors(embedder, await embedder.embed(sampleTexts(5), { as: 'query' }), 5)
  },

  'different texts have different vectors': async embedder => {
    const vectors = await embedder.embed(sampleTexts(20))
    for (const [i, vector] of vectors.entries()) {
      for (const other of vectors.slice(i + 1))
        ok(distance(vector, other) > 1e-4, `text ${i} is like another`)
    }
  },

  'a text is nearer to its own words than to others': async embedder => {
    const [query] = await embedder.embed(['Alice likes green tea'], { as: 'query' })
    const [near, far] = await embedder.embed([
      'Alice likes tea, above all green tea.',
      'The printer is out of paper.',
    ])
    ok(query && near && far)
    ok(
      dot(query, near) > dot(query, far),
      `${dot(query, near)} to its own words, ${dot(query, far)} to others`,
    )
  },

  'no texts, no vectors': async embedder => {
    deepEqual(await embedder.embed([]), [])
    deepEqual(await embedder.embed([], { as: 'query' }), [])
  },

  'those that were given out stay as they are': async embedder => {
    const texts = sampleTexts(3)
    const [first] = await embedder.embed(texts)
    ok(first)
    const kept = first.slice()
    await embedder.embed(sampleTexts(10, 2))
    assertAlike([first], [kept], 'after another call')
    first.fill(0)
    assertAlike((await embedder.embed(texts)).slice(0, 1), [kept], 'after the caller changed its vector')
  },
})
