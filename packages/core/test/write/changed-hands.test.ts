import { describe, expect, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import type { Memory } from '../../src/memory.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'

const alice = { userId: 'alice' }

/** Memory m1 of Alice, whose id becomes Bob's between the read and the write of a change. */
async function openWhereIdChangesHands(): Promise<Memory> {
  const inner = new MapStore()
  const key = { orgId: 'default', id: 'm1' }
  const changeHands = async (): Promise<void> => {
    const [record] = await inner.get([key])
    const [vector] = await inner.vectors([key])
    if (!record || !vector) throw new Error('m1 is not there')
    await inner.delete([key])
    await inner.put([{ ...record, userId: 'bob', vector, dedupeKey: null }])
  }
  const store = override(inner, {
    patch: async (patches, options) => {
      await changeHands()
      return inner.patch(patches, options)
    },
    delete: async (keys, options) => {
      await changeHands()
      return inner.delete(keys, options)
    },
  })
  const { memory } = await openMemory({ store })
  await memory.add({ id: 'm1', content: 'tea' }, alice)
  return memory
}

describe('an id that becomes the memory of another user meanwhile', () => {
  test('is not changed', async () => {
    const memory = await openWhereIdChangesHands()
    const change = memory.scope(alice).update('m1', 'coffee')
    await expect(change).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await memory.get('m1')).toMatchObject({ memory: 'tea', userId: 'bob', version: 1 })
  })

  test('is not deleted', async () => {
    const memory = await openWhereIdChangesHands()
    expect(await memory.scope(alice).delete('m1')).toBe(false)
    expect(await memory.get('m1')).toMatchObject({ userId: 'bob' })
    expect((await memory.search('tea', { userId: 'bob' })).results).toMatchObject([{ id: 'm1' }])
  })
})
