import { afterEach, expect, test, vi } from 'vitest'

import { FlushLease } from '../../src/follower/flush-lease.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { deferred } from '../kit/deferred.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('a lease is renewed while the work that needs it is under way, and given back after', async () => {
  vi.useFakeTimers()
  const store = new MapStore()
  const lease = new FlushLease(store, 'flush-lease:exact', 4_000)
  const held = async (): Promise<string | undefined> => (await store.readMeta(['flush-lease:exact']))[0]
  const work = deferred()
  expect(await lease.take()).toBe(true)
  const taken = await held()
  const working = lease.during(() => work.promise)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(await held()).toEqual(expect.any(String))
  expect(await held()).not.toBe(taken)
  work.resolve()
  await working
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await held()).toBeUndefined()
})
