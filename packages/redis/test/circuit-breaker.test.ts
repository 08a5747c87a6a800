import { MemoryError } from '@agentmem/core/adapter'
import { expect, test } from 'vitest'
import { CircuitBreaker } from '../src/circuit-breaker.ts'

const failing = async (): Promise<string> => {
  throw new Error('down')
}
const working = async (): Promise<string> => 'up'

test('after a failure nothing is tried until the pause is over', async () => {
  let now = 0
  const breaker = new CircuitBreaker(1000, () => now)
  await expect(breaker.run(failing)).rejects.toThrow('down')
  expect(breaker.works).toBe(false)
  now = 999
  expect(await breaker.run(working)).toBeUndefined()
  now = 1000
  expect(await breaker.run(working)).toBe('up')
  expect(breaker.works).toBe(true)
})

test('pauses double up to 30 seconds, and a success starts them over', async () => {
  let now = 0
  const breaker = new CircuitBreaker(1000, () => now)
  for (const pause of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    await expect(breaker.run(failing)).rejects.toThrow('down')
    now += pause - 1
    expect(await breaker.run(working)).toBeUndefined()
    now += 1
  }
  expect(await breaker.run(working)).toBe('up')
  await expect(breaker.run(failing)).rejects.toThrow('down')
  now += 1000
  expect(await breaker.run(working)).toBe('up')
})

test('one call tries while the others are answered with nothing', async () => {
  let now = 0
  const breaker = new CircuitBreaker(1000, () => now)
  await expect(breaker.run(failing)).rejects.toThrow('down')
  now = 1000
  const { promise, resolve } = Promise.withResolvers<string>()
  const trial = breaker.run(() => promise)
  expect(await breaker.run(working)).toBeUndefined()
  resolve('up again')
  expect(await trial).toBe('up again')
  expect(await breaker.run(working)).toBe('up')
})

test('calls that fail together count as one failure', async () => {
  let now = 0
  const breaker = new CircuitBreaker(1000, () => now)
  await Promise.allSettled([breaker.run(failing), breaker.run(failing), breaker.run(failing)])
  now = 1000
  expect(await breaker.run(working)).toBe('up')
})

test('a success of a call from before the failure does not end the pause', async () => {
  const breaker = new CircuitBreaker(1000, () => 0)
  const { promise, resolve } = Promise.withResolvers<string>()
  const early = breaker.run(() => promise)
  await expect(breaker.run(failing)).rejects.toThrow('down')
  resolve('up')
  expect(await early).toBe('up')
  expect(await breaker.run(working)).toBeUndefined()
})

test('a caller who goes away is no failure', async () => {
  const breaker = new CircuitBreaker(1000, () => 0)
  const aborted = async (): Promise<string> => {
    throw new MemoryError('ABORTED', 'gone')
  }
  await expect(breaker.run(aborted)).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await breaker.run(working)).toBe('up')
})
