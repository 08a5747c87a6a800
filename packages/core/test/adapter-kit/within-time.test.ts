import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { withinTime } from '../../src/adapter-kit/within-time.ts'

const message = (ms: number): string => `no answer in ${ms} ms; raise timeoutMs`

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('work that ends in time gives its answer or its error, and leaves no timer', async () => {
  expect(await withinTime(50, async () => 'done', { message })).toBe('done')
  await expect(withinTime(50, () => Promise.reject(new Error('broken')), { message })).rejects.toThrow(
    'broken',
  )
  expect(vi.getTimerCount()).toBe(0)
})

test('past the time it is TIMEOUT, retryable, and the work is told by its signal', async () => {
  let seen: AbortSignal | undefined
  const work = (signal: AbortSignal): Promise<never> => {
    seen = signal
    return new Promise(() => undefined)
  }
  const waiting = withinTime(50, work, { message })
  const outcome = expect(waiting).rejects.toMatchObject({
    code: 'TIMEOUT',
    retryable: true,
    message: 'no answer in 50 ms; raise timeoutMs',
  })
  await vi.advanceTimersByTimeAsync(49)
  expect(seen?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await outcome
  expect(seen?.aborted).toBe(true)
})

test('work that answers its signal with an error of its own does not hide TIMEOUT', async () => {
  const work = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new Error('socket closed'))),
    )
  const outcome = expect(withinTime(50, work, { message })).rejects.toMatchObject({ code: 'TIMEOUT' })
  await vi.advanceTimersByTimeAsync(50)
  await outcome
})

test("the caller's signal ends the wait with ABORTED, before the work begins too", async () => {
  const aborting = new AbortController()
  let begun = 0
  const work = (): Promise<never> => {
    begun++
    return new Promise(() => undefined)
  }
  const waiting = withinTime(50, work, { message, signal: aborting.signal })
  aborting.abort('enough')
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
  const late = withinTime(50, work, { message, signal: aborting.signal })
  await expect(late).rejects.toMatchObject({ code: 'ABORTED' })
  expect(begun).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('what comes too late is handed over, and a late failure is ignored', async () => {
  const late: string[] = []
  const onLate = (value: string): number => late.push(value)
  const [answer, failure] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  const outcomes = [answer, failure].map(({ promise }) =>
    expect(withinTime(50, () => promise, { message, onLate })).rejects.toMatchObject({ code: 'TIMEOUT' }),
  )
  await vi.advanceTimersByTimeAsync(50)
  await Promise.all(outcomes)
  answer.resolve('connection')
  failure.reject(new Error('refused'))
  await vi.advanceTimersByTimeAsync(0)
  expect(late).toEqual(['connection'])
})

test('what came in time is not handed over as late, though the signal aborts right after', async () => {
  const aborting = new AbortController()
  const late: string[] = []
  const answer = Promise.withResolvers<string>()
  const waiting = withinTime(50, () => answer.promise, {
    message,
    signal: aborting.signal,
    onLate: value => late.push(value),
  })
  answer.resolve('connection')
  await expect(waiting).resolves.toBe('connection')
  aborting.abort()
  await vi.advanceTimersByTimeAsync(60)
  expect(late).toEqual([])
})
