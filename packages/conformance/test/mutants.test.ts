import { AssertionError, deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import type { Embedder, Extractor, Reranker, Store, VectorIndex } from '@agentmem/core/adapter'
import { describe, it } from 'vitest'
import {
  embedderCases,
  extractorCases,
  indexCases,
  modelCases,
  rerankerCases,
  runCase,
  storeCases,
} from '../src/index.ts'
import type { Case, Harness, ScriptedParts } from '../src/index.ts'
import { embedderMutants } from './embedder-mutants.ts'
import {
  embedderHarness,
  extractorHarness,
  indexHarness,
  modelHarness,
  rerankerHarness,
  storeHarness,
} from './harnesses.ts'
import type { Wrong } from './harnesses.ts'
import { extractorMutants } from './extractor-mutants.ts'
import { indexMutants } from './index-mutants.ts'
import { modelMutants } from './model-mutants.ts'
import type { Mutant } from './mutant.ts'
import { rerankerMutants } from './reranker-mutants.ts'
import { storeMutants } from './store-mutants.ts'

/** A case fails by an assertion, or by an error that the part had no reason to throw. */
function isFinding(error: unknown): boolean {
  return error instanceof AssertionError || MemoryError.is(error)
}

function registerMutants<Part>(
  kind: string,
  cases: readonly Case<Part>[],
  mutants: readonly Mutant<Part>[],
  harness: (wrong?: Wrong<Part>) => Harness<Part>,
): void {
  describe(kind, () => {
    for (const mutant of mutants) {
      const { fault, group, fails } = mutant
      it(`that ${fault} fails '${group}: ${fails}...'`, async () => {
        const found = cases.find(given => given.group === group && given.name.startsWith(fails))
        ok(found, `there is no case '${group}: ${fails}'`)
        equal(await runCase(found, harness()), undefined, 'the case does not apply to the reference')
        await rejects(runCase(found, harness(mutant)), isFinding)
      })
    }

    it('has a mutant for every group of cases', () => {
      const groups = new Set(cases.map(given => given.group))
      const covered = new Set(mutants.map(mutant => mutant.group))
      deepEqual(
        [...groups].filter(group => !covered.has(group)),
        [],
      )
    })

    it('has no two cases of one name', () => {
      const names = cases.map(given => `${given.group}: ${given.name}`)
      equal(new Set(names).size, names.length)
    })
  })
}

registerMutants<Store>('a store', storeCases, storeMutants, storeHarness)
registerMutants<VectorIndex>('an index', indexCases, indexMutants, indexHarness)
registerMutants<Embedder>('an embedder', embedderCases, embedderMutants, embedderHarness)
registerMutants<Reranker>('a reranker', rerankerCases, rerankerMutants, rerankerHarness)
registerMutants<ScriptedParts>('a model', modelCases, modelMutants, modelHarness)
registerMutants<Extractor>('an extractor', extractorCases, extractorMutants, extractorHarness)
