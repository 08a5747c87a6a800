import { afterEach, expect, test, vi } from 'vitest'

import { mintId, uuidOf } from '../../src/contracts/mint-id.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('ids are UUIDs of version 7, never the same, and ascend', () => {
  const ids = Array.from({ length: 20_000 }, mintId)
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.toSorted()).toEqual(ids)
})

test('ids begin with the time', () => {
  vi.useFakeTimers({ now: Date.UTC(2100, 0, 1) })
  expect(Number.parseInt(mintId().replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2100, 0, 1))
})

test('ids ascend when the clock is set back, and within one millisecond', () => {
  vi.useFakeTimers({ now: Date.UTC(2101, 0, 1) })
  const ids = Array.from({ length: 10_000 }, mintId)
  vi.setSystemTime(Date.UTC(2100, 6, 1))
  ids.push(mintId())
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

/** As the npm package uuid 14 made them, which imports of earlier versions used. */
test.each([
  [0, '00000000-0000-739b-b503-1150575e656c'],
  [1, '00000000-0001-739b-b503-1150575e656c'],
  [1_700_000_000_000, '018bcfe5-6800-739b-b503-1150575e656c'],
  [2 ** 48 - 1, 'ffffffff-ffff-739b-b503-1150575e656c'],
])('the same time %i and bits give the same id, in every version', (time, id) => {
  const bits = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 3)
  expect(uuidOf(time, bits)).toBe(id)
})

test('a time past 48 bits goes on with its lower bits, as it did', () => {
  expect(uuidOf(8.64e15, new Uint8Array(32)).slice(0, 13)).toBe('b208c2dc-0000')
})
