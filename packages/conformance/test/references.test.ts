import { ExactIndex, MapStore } from '@agentmem/core'
import { guardIndex, guardStore } from '@agentmem/core/adapter'
import { describe, it } from 'vitest'
import {
  embedderCases,
  extractorCases,
  indexCases,
  modelCases,
  registerCases,
  rerankerCases,
  storeCases,
} from '../src/index.ts'
import {
  embedderHarness,
  extractorHarness,
  indexHarness,
  modelHarness,
  rerankerHarness,
  storeHarness,
} from './harnesses.ts'

describe('MapStore', () => {
  registerCases(describe, it, storeCases, async () => {
    const part = guardStore(new MapStore())
    return { part, teardown: () => part.close() }
  })
})

describe('MapStore, opened again and broken', () => {
  const groups = ['durability', 'sharing', 'lifecycle', 'abort', 'errors']
  registerCases(
    describe,
    it,
    storeCases.filter(({ group }) => groups.includes(group)),
    storeHarness(),
  )
})

describe('ExactIndex', () => {
  for (const dimensions of [8, 384]) {
    describe(`of ${dimensions} dimensions`, () => {
      registerCases(describe, it, indexCases, async () => {
        const part = guardIndex(new ExactIndex(dimensions))
        return { part, teardown: () => part.close() }
      })
    })
  }
})

describe('ExactIndex, opened again and broken', () => {
  const groups = ['durability', 'shared', 'lifecycle', 'abort', 'errors']
  registerCases(
    describe,
    it,
    indexCases.filter(({ group }) => groups.includes(group)),
    indexHarness(),
  )
})

describe('HashEmbedder', () => {
  registerCases(describe, it, embedderCases, embedderHarness())
})

describe('a reranker that counts words', () => {
  registerCases(describe, it, rerankerCases, rerankerHarness())
})

describe('a model that is answered by a script', () => {
  registerCases(describe, it, modelCases, modelHarness())
})

describe('RuleExtractor', () => {
  registerCases(describe, it, extractorCases, extractorHarness())
})
