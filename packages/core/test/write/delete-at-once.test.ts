import { expect, test } from 'vitest'
import { MapStore } from '../../src/reference/map-store.ts'
import { Memory } from '../../src/memory.ts'

test('of several calls at once that delete a memory one is told that it was there', async () => {
  await using memory = await Memory.open({ store: new MapStore() })
  const { results } = await memory.add('green tea', { userId: 'ana' })
  const id = results[0]?.id ?? ''
  const bo = memory.scope({ userId: 'bo' })
  const told = await Promise.all([
    bo.delete(id),
    memory.delete(id),
    memory.deleteBatch([id, 'none']),
    memory.delete(id),
  ])
  expect(told).toEqual([false, true, [false, false], false])
})
