import { deepEqual, equal, rejects } from 'node:assert/strict'
import { embedderKey, identityOf } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { assertUnchanged, stateOf } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords } from '../data/records.ts'
import { storeDimensions } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** The model that a Store of these cases is bound to. */
export const boundModel: string = identityOf({ model: 'first', dimensions: storeDimensions })
/** One that it can be moved to. */
export const nextModel: string = identityOf({ model: 'second', dimensions: storeDimensions + 4 })

/** Makes the model that of the Store. */
export async function bind(store: Store, embedder: string = boundModel): Promise<void> {
  await store.writeMeta([{ key: embedderKey, value: embedder }])
}

const mismatch = { name: 'MemoryError', code: 'MODEL_MISMATCH' }

export const modelCases: readonly Case<Store>[] = casesOf('model', {
  'vectors of the model that the Store is bound to are written': async store => {
    await bind(store)
    const record = storedRecord(1)
    const options = { embedder: boundModel }
    await store.put([record, storedRecord(2)], options)
    const change = { set: { content: 'New.', hash: storedRecord(3).hash }, vector: storedRecord(3).vector }
    const { missing } = await store.patch([{ key: keyOf(record), ...change, updatedAt: 1 }], options)
    deepEqual([...missing], [])
    equal((await store.stats()).memories, 2)
  },

  'those of another model are refused, and nothing is written': async store => {
    await bind(store)
    const records = storedRecords(30)
    await store.put(records.slice(0, 10))
    const before = await stateOf(store)
    const options = { embedder: nextModel }
    await rejects(store.put(records.slice(5), options), mismatch)
    const patch = { key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 1 }
    await rejects(store.patch([patch], options), mismatch)
    await assertUnchanged(store, before)
  },

  'a Store that is bound to none takes vectors of none that is named': async store => {
    await rejects(store.put([storedRecord(1)], { embedder: boundModel }), mismatch)
    await store.put([storedRecord(1)])
    equal((await store.stats()).memories, 1)
  },

  'it counts in the moment of the write: of writes beside a change of model each is whole or refused':
    async store => {
      await bind(store)
      const records = storedRecords(40)
      const writes = records.map(record => store.put([record], { embedder: boundModel }))
      const bound = bind(store, nextModel).then(() => store.stats())
      const outcomes = await Promise.allSettled(writes)
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') equal(outcome.reason.code, 'MODEL_MISMATCH')
      }
      const written = outcomes.filter(({ status }) => status === 'fulfilled').length
      equal((await bound).memories, written, 'what was written when the model had changed')
      equal((await store.stats()).memories, written)
      await rejects(store.put([storedRecord(100)], { embedder: boundModel }), mismatch)
    },
})
