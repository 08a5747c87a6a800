import { afterEach, expect, test, vi } from 'vitest'

import { mintId } from '../src/contracts/mint-id.ts'

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
