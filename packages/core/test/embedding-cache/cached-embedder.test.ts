import { afterEach, describe, expect, test, vi } from 'vitest'

import { CachedEmbedder } from '../../src/embedding-cache/cached-embedder.ts'
import { MemoryError } from '../../src/contracts/errors.ts'
import { deferred } from '../kit/deferred.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('the cache', () => {
  test('embeds a text once, in a batch and over time, and answers in order', async () => {
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder)
    const first = await cached.embed(['tea', 'milk', 'tea'])
    expect(first).toEqual(['tea', 'milk', 'tea'].map(text => embedder.vectorOf(text)))
    const second = await cached.embed(['rain', 'milk', 'snow'])
    expect(second).toEqual(['rain', 'milk', 'snow'].map(text => embedder.vectorOf(text)))
    expect(embedder.calls).toEqual([
      ['tea', 'milk'],
      ['rain', 'snow'],
    ])
    expect(cached.stats).toMatchObject({ calls: 2, embedded: 4, hits: 1, joined: 1, entries: 4 })
    expect(await cached.embed([])).toEqual([])
    expect(embedder.calls).toHaveLength(2)
  })

  test('keeps documents and queries apart', async () => {
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder)
    await cached.embed(['tea'], { as: 'query' })
    await cached.embed(['tea'], { as: 'document' })
    await cached.embed(['tea'])
    await cached.embed(['query tea'])
    expect(embedder.calls).toEqual([['tea'], ['tea'], ['query tea']])
  })

  test('forgets first what was not used for longest', async () => {
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder, { maxEntries: 2 })
    await cached.embed(['a', 'b'])
    await cached.embed(['a'])
    await cached.embed(['c'])
    await cached.embed(['a'])
    expect(embedder.calls).toEqual([['a', 'b'], ['c']])
    await cached.embed(['b'])
    expect(embedder.calls).toHaveLength(3)
  })

  test('answers a batch that is larger than itself', async () => {
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder, { maxEntries: 2 })
    const texts = ['a', 'b', 'c', 'd', 'a']
    expect(await cached.embed(texts)).toEqual(texts.map(text => embedder.vectorOf(text)))
    expect(embedder.calls).toHaveLength(1)
  })

  test('forgets a text when its time is over', async () => {
    // The cache reads the clock once a second at most, and then this one.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let seconds = 0
    vi.spyOn(performance, 'now').mockImplementation(() => seconds * 1_000)
    const pass = async (more: number): Promise<void> => {
      seconds += more
      await vi.advanceTimersByTimeAsync(more * 1_000)
    }
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder, { ttlSeconds: 60 })
    await pass(1)
    await cached.embed(['tea'])
    await pass(58)
    await cached.embed(['tea'])
    expect(embedder.calls).toHaveLength(1)
    await pass(4)
    await cached.embed(['tea'])
    expect(embedder.calls).toHaveLength(2)
  })
})

describe('calls at the same time', () => {
  test('share what one of them is embedding already', async () => {
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder)
    const [first, second] = await Promise.all([cached.embed(['a', 'b']), cached.embed(['b', 'c', 'a'])])
    expect(embedder.calls).toEqual([['a', 'b'], ['c']])
    expect(second).toEqual(['b', 'c', 'a'].map(text => embedder.vectorOf(text)))
    expect(first[1]).toBe(second[0])
  })

  test('fail each for itself: a failure is not kept, and another call tries again', async () => {
    const embedder = new WordEmbedder()
    let failures = 1
    embedder.before = async () => {
      if (failures-- > 0) throw new Error('busy')
    }
    const cached = new CachedEmbedder(embedder)
    const outcomes = await Promise.allSettled([cached.embed(['a']), cached.embed(['a'])])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(cached.stats.entries).toBe(1)
    await cached.embed(['a'])
    expect(embedder.calls).toHaveLength(2)
  })

  test('fail together when the embedder cannot be reached: one of them has waited for it', async () => {
    const embedder = new WordEmbedder()
    embedder.before = async () => {
      throw new MemoryError('UNAVAILABLE', 'nobody listens')
    }
    const cached = new CachedEmbedder(embedder)
    const outcomes = await Promise.allSettled([cached.embed(['a']), cached.embed(['a']), cached.embed(['a'])])
    const unavailable = { status: 'rejected', reason: { code: 'UNAVAILABLE' } }
    expect(outcomes).toMatchObject([unavailable, unavailable, unavailable])
    expect(embedder.calls).toHaveLength(1)
  })

  test('are not aborted with the one whose call they share', async () => {
    const embedder = new WordEmbedder()
    const started = deferred()
    const controller = new AbortController()
    embedder.before = async (_, { signal }) => {
      if (!signal) return
      started.resolve()
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new MemoryError('ABORTED', 'aborted')))
      })
    }
    const cached = new CachedEmbedder(embedder)
    const first = cached.embed(['a', 'b'], { signal: controller.signal })
    await started.promise
    const second = cached.embed(['b', 'c'])
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await second).toEqual(['b', 'c'].map(text => embedder.vectorOf(text)))
  })

  test('are refused an answer that is not one vector a text', async () => {
    const embedder = new WordEmbedder()
    embedder.embed = async texts => texts.slice(1).map(text => embedder.vectorOf(text))
    const cached = new CachedEmbedder(embedder)
    await expect(cached.embed(['a', 'b'])).rejects.toMatchObject({ code: 'BACKEND' })
    expect(cached.stats.entries).toBe(0)
  })
})
