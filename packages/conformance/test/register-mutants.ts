import { AssertionError, deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import { describe, it } from 'vitest'
import { runCase } from '../src/index.ts'
import type { Case, Harness } from '../src/index.ts'
import type { Wrong } from './harnesses.ts'
import type { Mutant } from './mutant.ts'

/** A case fails by an assertion, or by an error that the part had no reason to throw. */
function isFinding(error: unknown): boolean {
  return error instanceof AssertionError || MemoryError.is(error)
}

/** Shows that each mutant fails its case, which passes on the reference, and that every group has one. */
export function registerMutants<Part>(
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
