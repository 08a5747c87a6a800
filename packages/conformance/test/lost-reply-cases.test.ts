import { rejects } from 'node:assert/strict'
import { MapStore } from '@agentmem/core'
import { guardStore } from '@agentmem/core/adapter'
import type { PutReceipt } from '@agentmem/core/adapter'
import { describe, it } from 'vitest'
import { lostReplyCases, registerCases, runCase } from '../src/index.ts'
import type { Harness, LossyStore } from '../src/index.ts'
import { overrideMethods } from './override-methods.ts'

/** Whose put answers, after a lost reply, by what it knows of the attempt that was lost and of the one after it. */
function lossyStore(answer: (lost: PutReceipt, second: PutReceipt) => PutReceipt): Harness<LossyStore> {
  return async () => {
    const map = new MapStore()
    let [isNextLost, lost] = [false, 0]
    const store = guardStore(
      overrideMethods(map, {
        async put(records, options) {
          const first = await map.put(records, options)
          if (!isNextLost) return first
          isNextLost = false
          lost++
          // One that replaces would replace again.
          const second = options?.onTaken === 'replace' ? first : await map.put(records, options)
          return { ...answer(first, second), span: undefined }
        },
      }),
    )
    const loseReply = (): void => void (isNextLost = true)
    return { part: { store, loseReply, lost: () => lost }, teardown: () => store.close() }
  }
}

describe('a store that knows what it wrote', () => {
  registerCases(
    describe,
    it,
    lostReplyCases,
    lossyStore(first => first),
  )
})

describe('a store', () => {
  const takesItsOwnForDuplicates = lossyStore((_first, second) => second)
  const takesAllForItsOwn = lossyStore(() => ({ duplicates: new Map() }))
  for (const [fault, begins, harness] of [
    ['that takes its own for duplicates', 'of a put of new records', takesItsOwnForDuplicates],
    ['that takes its own for duplicates', 'of a put with dedupe keys', takesItsOwnForDuplicates],
    ['that takes its own for duplicates', 'of an add with an id', takesItsOwnForDuplicates],
    ['that takes all for its own', 'of a put of which some were there', takesAllForItsOwn],
    ['that takes all for its own', 'of a put that replaces', takesAllForItsOwn],
  ] as const) {
    it(`${fault} fails '${begins}...'`, async () => {
      const found = lostReplyCases.find(({ name }) => name.startsWith(begins))
      if (!found) throw new Error(`there is no case '${begins}'`)
      await rejects(runCase(found, harness), { name: 'AssertionError' })
    })
  }
})
