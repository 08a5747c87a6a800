import { deepEqual, equal, rejects } from 'node:assert/strict'
import { MapStore } from '@agentmem/core'
import { guardIndex, guardStore } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { describe, it } from 'vitest'
import { indexCases, runCase, storeCases } from '../src/index.ts'
import type { Case, Setup } from '../src/index.ts'
import { indexHarness, storeHarness } from './harnesses.ts'

async function emptySetup(teardown: () => Promise<void> = async () => {}): Promise<Setup<Store>> {
  return { part: guardStore(new MapStore()), teardown }
}

describe('runCase', () => {
  it('tears down after a case that passed, failed or did not apply', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('found')
    }
    const cases: Case<Store>[] = [
      { group: 'g', name: 'passes', run: async () => {} },
      { group: 'g', name: 'fails', run: failing },
      { group: 'g', name: 'does not apply', unless: () => 'a reason', run: failing },
    ]
    const outcomes: [PromiseSettledResult<string | undefined>['status'], number][] = []
    for (const given of cases) {
      let torndown = 0
      const harness = (): Promise<Setup<Store>> =>
        emptySetup(async () => {
          torndown++
        })
      const [{ status }] = await Promise.allSettled([runCase(given, harness)])
      outcomes.push([status, torndown])
    }
    deepEqual(outcomes, [
      ['fulfilled', 1],
      ['rejected', 1],
      ['fulfilled', 1],
    ])
  })

  it('answers why a case does not apply', async () => {
    const given = { group: 'g', name: 'n', unless: () => 'a reason', run: async () => {} }
    equal(await runCase(given, emptySetup), 'a reason')
  })

  it('tells what failed first when the teardown fails too', async () => {
    const given = { group: 'g', name: 'n', run: () => Promise.reject(new Error('first')) }
    const harness = (): Promise<Setup<Store>> => emptySetup(() => Promise.reject(new Error('second')))
    await rejects(runCase(given, harness), /first/)
  })

  it('fails when only the teardown fails', async () => {
    const given = { group: 'g', name: 'n', run: async () => {} }
    const harness = (): Promise<Setup<Store>> => emptySetup(() => Promise.reject(new Error('second')))
    await rejects(runCase(given, harness), /second/)
  })
})

describe('a declared ability', () => {
  it('needs openAgain in the harness, or its cases fail', async () => {
    const withoutOpenAgain = async (): Promise<Setup<Store>> => ({
      ...(await storeHarness()()),
      openAgain: undefined,
    })
    for (const given of storeCases.filter(({ group }) => group === 'durability' || group === 'sharing')) {
      await rejects(runCase(given, withoutOpenAgain), /needs openAgain/)
    }
    const { part, teardown } = await indexHarness()()
    const index = { part: guardIndex(part), teardown }
    for (const given of indexCases.filter(({ group }) => group === 'durability').slice(0, 1)) {
      await rejects(
        runCase(given, async () => index),
        /needs openAgain/,
      )
    }
  })
})
