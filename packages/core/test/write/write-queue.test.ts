import { describe, expect, test } from 'vitest'

import { MemoryError } from '../../src/contracts/errors.ts'
import { WriteQueue } from '../../src/write/write-queue.ts'
import type { WriteQueueOptions } from '../../src/write/write-queue.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'

const alice = { userId: 'alice' }

/** A queue that doubles numbers and records its runs; a negative number fails a run. */
function doubling(options: Partial<WriteQueueOptions<number, number>> = {}): {
  readonly queue: WriteQueue<number, number>
  readonly runs: number[][]
} {
  const runs: number[][] = []
  const queue = new WriteQueue<number, number>({
    concurrency: 1,
    maxSize: 1_000,
    run: async jobs => {
      runs.push([...jobs])
      if (jobs.some(job => job < 0)) throw new Error(`${jobs.join()} failed`)
      return jobs.map(job => job * 2)
    },
    ...options,
  })
  return { queue, runs }
}

describe('jobs', () => {
  test('of one tick go into one run, and each gets its own result', async () => {
    const { queue, runs } = doubling()
    expect(await Promise.all([1, 2, 3].map(job => queue.push(job)))).toEqual([2, 4, 6])
    expect(runs).toEqual([[1, 2, 3]])
  })

  test('that come while a run is under way go into the next', async () => {
    const gates = [deferred(), deferred()]
    const runs: number[][] = []
    const { queue } = doubling({
      run: async jobs => {
        const gate = gates[runs.push([...jobs]) - 1]
        await gate?.promise
        return jobs
      },
    })
    const first = queue.push(1)
    await Promise.resolve()
    const second = queue.push(2)
    await Promise.resolve()
    const third = queue.push(3)
    expect(runs).toEqual([[1]])
    for (const gate of gates) gate.resolve()
    await Promise.all([first, second, third])
    expect(runs).toEqual([[1], [2, 3]])
  })

  test('that come while a run hangs are run beside it, once patience has ended', async () => {
    const never = new Promise<never>(() => undefined)
    const { queue } = doubling({
      patienceMs: 10,
      run: async jobs => (jobs.includes(1) ? never : jobs),
    })
    const aborting = new AbortController()
    void queue.push(1, 1, aborting.signal)
    await Promise.resolve()
    expect(await queue.push(2)).toBe(2)
    expect(await queue.push(3)).toBe(3)
  })

  test('of one run that have all been given up end it, and one that goes on keeps it', async () => {
    const seen: (AbortSignal | undefined)[] = []
    const { queue } = doubling({
      run: async (jobs, signal) => {
        seen.push(signal)
        return jobs
      },
    })
    const [one, two] = [new AbortController(), new AbortController()]
    await Promise.all([queue.push(1, 1, one.signal), queue.push(2, 1, two.signal)])
    await Promise.all([queue.push(3, 1, one.signal), queue.push(4)])
    expect(seen[1]).toBeUndefined()
    one.abort()
    expect(seen[0]?.aborted).toBe(false)
    two.abort()
    expect(seen[0]?.aborted).toBe(true)
  })

  test('that the backend refuses one after the other, whatever they are, are not all tried', async () => {
    const runs: number[][] = []
    const { queue } = doubling({
      run: async jobs => {
        runs.push([...jobs])
        throw new MemoryError('BACKEND', 'the key is not valid')
      },
    })
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, job) => queue.push(job)))
    expect(outcomes.every(outcome => outcome.status === 'rejected')).toBe(true)
    expect(outcomes[99]).toMatchObject({ reason: { code: 'BACKEND', message: 'the key is not valid' } })
    expect(runs.map(jobs => jobs.length)).toEqual([100, 1, 1, 1])
  })

  test('that are wrong in the same way keep none from being tried', async () => {
    const { queue, runs } = doubling({
      run: async jobs => {
        runs.push([...jobs])
        if (jobs.some(job => job < 4)) throw new MemoryError('INVALID_ARGUMENT', 'too small')
        return jobs
      },
    })
    const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map(job => queue.push(job)))
    expect(outcomes.map(({ status }) => status)).toEqual([...Array<string>(4).fill('rejected'), 'fulfilled'])
    expect(runs).toHaveLength(6)
  })

  test('fill a run up to its size; one that is larger has its own', async () => {
    const { queue, runs } = doubling({ maxSize: 10 })
    await Promise.all([queue.push(1, 4), queue.push(2, 6), queue.push(3, 25), queue.push(4, 1)])
    expect(runs).toEqual([[1, 2], [3], [4]])
  })

  test('that do not belong together have runs of their own, in order', async () => {
    const { queue, runs } = doubling({ together: (first, job) => first % 2 === job % 2 })
    await Promise.all([1, 3, 2, 4, 5].map(job => queue.push(job)))
    expect(runs).toEqual([[1, 3], [2, 4], [5]])
  })

  test('run side by side as far as that is allowed', async () => {
    const gate = deferred()
    let [running, most] = [0, 0]
    const { queue } = doubling({
      concurrency: 3,
      maxSize: 1,
      run: async jobs => {
        most = Math.max(most, ++running)
        await gate.promise
        running--
        return jobs
      },
    })
    const pushed = [1, 2, 3, 4, 5].map(job => queue.push(job))
    await Promise.resolve()
    gate.resolve()
    expect(await Promise.all(pushed)).toEqual([1, 2, 3, 4, 5])
    expect(most).toBe(3)
  })
})

describe('a failure', () => {
  test('meets only the job whose fault it is', async () => {
    const { queue, runs } = doubling()
    const outcomes = await Promise.allSettled([1, -2, 3].map(job => queue.push(job)))
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: { message: '-2 failed' } },
      { status: 'fulfilled', value: 6 },
    ])
    expect(runs).toEqual([[1, -2, 3], [1], [-2], [3]])
    expect(await queue.push(4)).toBe(8)
  })

  test('of the backend meets all of a run at once', async () => {
    let runs = 0
    const { queue } = doubling({
      run: async () => {
        runs++
        throw new MemoryError('UNAVAILABLE', 'the server is gone')
      },
    })
    const outcomes = await Promise.allSettled([1, 2, 3].map(job => queue.push(job)))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(runs).toBe(1)
  })
})

describe('an abort', () => {
  test('takes a waiting job out of its run', async () => {
    const { queue, runs } = doubling()
    const controller = new AbortController()
    const pushed = [queue.push(1), queue.push(2, 1, controller.signal), queue.push(3)]
    controller.abort()
    const outcomes = await Promise.allSettled(pushed)
    expect(outcomes).toMatchObject([{ value: 2 }, { reason: { code: 'ABORTED' } }, { value: 6 }])
    expect(runs).toEqual([[1, 3]])
  })

  test('ends the wait of a job behind a run that does not end', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { queue } = doubling({ run: jobs => promise.then(() => jobs), concurrency: 1 })
    const first = queue.push(1)
    await Promise.resolve()
    const controller = new AbortController()
    const second = queue.push(2, 1, controller.signal)
    controller.abort()
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
    resolve()
    await expect(first).resolves.toBe(1)
  })

  test('reaches a run only where no other job shares it', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const { queue } = doubling({
      run: async (jobs, signal) => {
        signals.push(signal)
        return jobs
      },
    })
    const { signal } = new AbortController()
    await queue.push(1, 1, signal)
    await Promise.all([queue.push(2, 1, signal), queue.push(3)])
    expect(signals).toEqual([signal, undefined])
  })
})

describe('single calls of Memory', () => {
  test('made in one tick share an embed call and a transaction', async () => {
    const { memory, store, embedder } = await openMemory()
    const { transactions } = store.counters
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => memory.add(`memory number ${n}`, alice)),
    )
    expect(answers.map(({ results }) => results[0]?.memory)).toEqual(
      answers.map((_, n) => `memory number ${n}`),
    )
    expect(embedder.calls).toHaveLength(1)
    expect(store.counters.transactions).toBe(transactions + 1)
    expect((await store.stats()).memories).toBe(1_000)
  })

  test('have each their own without coalescing', async () => {
    const { memory, store, embedder } = await openMemory({ coalesce: false, cache: false })
    const { transactions } = store.counters
    await Promise.all(Array.from({ length: 10 }, (_, n) => memory.add(`memory number ${n}`, alice)))
    expect(embedder.calls).toHaveLength(10)
    expect(store.counters.transactions).toBe(transactions + 10)
  })

  test('are not failed by one among them that cannot be embedded', async () => {
    const { memory, store, embedder } = await openMemory()
    embedder.before = async texts => {
      if (texts.includes('poison')) throw new Error('refused')
    }
    const outcomes = await Promise.allSettled(['a', 'poison', 'b'].map(text => memory.add(text, alice)))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await store.stats()).memories).toBe(2)
  })

  test('are not aborted by one among them', async () => {
    const { memory, store } = await openMemory()
    const controller = new AbortController()
    const adding = [
      memory.add('a', alice),
      memory.add('b', { ...alice, signal: controller.signal }),
      memory.add('c', alice),
    ]
    controller.abort()
    const outcomes = await Promise.allSettled(adding)
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'ABORTED' } },
      { status: 'fulfilled' },
    ])
    expect((await store.stats()).memories).toBe(2)
  })
})
