import type { Embedder, Extractor, Reranker, Store, VectorIndex } from '@agentmem/core/adapter'
import {
  embedderCases,
  extractorCases,
  indexCases,
  modelCases,
  rerankerCases,
  storeCases,
} from '../src/index.ts'
import type { ScriptedParts } from '../src/index.ts'
import { embedderMutants } from './embedder-mutants.ts'
import {
  embedderHarness,
  extractorHarness,
  indexHarness,
  modelHarness,
  rerankerHarness,
  storeHarness,
} from './harnesses.ts'
import { extractorMutants } from './extractor-mutants.ts'
import { indexMutants } from './index-mutants.ts'
import { modelMutants } from './model-mutants.ts'
import { registerMutants } from './register-mutants.ts'
import { rerankerMutants } from './reranker-mutants.ts'
import { storeMutants } from './store-mutants.ts'

registerMutants<Store>('a store', storeCases, storeMutants, storeHarness)
registerMutants<VectorIndex>('an index', indexCases, indexMutants, indexHarness)
registerMutants<Embedder>('an embedder', embedderCases, embedderMutants, embedderHarness)
registerMutants<Reranker>('a reranker', rerankerCases, rerankerMutants, rerankerHarness)
registerMutants<ScriptedParts>('a model', modelCases, modelMutants, modelHarness)
registerMutants<Extractor>('an extractor', extractorCases, extractorMutants, extractorHarness)
