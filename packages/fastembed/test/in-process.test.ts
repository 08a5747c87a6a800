import { FlagEmbedding } from 'fastembed'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { fixtureTexts } from './fixture/fixture-texts.ts'
import { openTiny } from './tiny-model.ts'

afterEach(() => vi.restoreAllMocks())

test('the model runs in this process', async () => {
  const embedder = await openTiny({ inProcess: true })
  await embedder.embed(['a text'])
  expect(embedder.stats()).toEqual({ texts: 1, truncated: 0, runs: 1, restarts: 0, processId: process.pid })
})

test('it is loaded once, for the first text', async () => {
  const init = vi.spyOn(FlagEmbedding, 'init')
  const embedder = await openTiny({ inProcess: true })
  expect(init).not.toHaveBeenCalled()
  await Promise.all([embedder.embed(['a']), embedder.embed(['b']), embedder.warmUp()])
  await embedder.embed(['c'])
  expect(init).toHaveBeenCalledTimes(1)
})

test('the event loop turns between two runs', async () => {
  const embedder = await openTiny({ inProcess: true, textsPerRun: 1 })
  await embedder.warmUp()
  const embedding = embedder.embed(fixtureTexts(50))
  const seen = new Set<number>()
  while (embedder.stats().texts < 50) {
    seen.add(embedder.stats().texts)
    await nextTurn()
  }
  await embedding
  expect(seen.size).toBe(50)
})

test('a call that is aborted while the model is loaded does not wait for it', async () => {
  const loading = Promise.withResolvers<FlagEmbedding>()
  const init = vi.spyOn(FlagEmbedding, 'init').mockReturnValue(loading.promise)
  const embedder = await openTiny({ inProcess: true })
  const stop = new AbortController()
  const aborted = embedder.embed(['a text'], { signal: stop.signal })
  await vi.waitFor(() => expect(init).toHaveBeenCalled())
  stop.abort()
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  expect(embedder.stats().texts).toBe(0)
  loading.reject(new Error('nobody waits for this'))
  await nextTurn()
  vi.restoreAllMocks()
  expect(await embedder.embed(['a text'])).toHaveLength(1)
})

test('a call that is aborted between two runs ends, and the next one goes on', async () => {
  const embedder = await openTiny({ inProcess: true, textsPerRun: 1 })
  await embedder.warmUp()
  const stop = new AbortController()
  const aborted = embedder.embed(fixtureTexts(50), { signal: stop.signal })
  while (embedder.stats().texts < 5) await nextTurn()
  stop.abort()
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await embedder.embed(['next'])).toHaveLength(1)
  expect(embedder.stats().texts).toBeLessThan(50)
})

test('warmUp of a closed one is refused', async () => {
  const embedder = await openTiny({ inProcess: true })
  await embedder.close()
  await expect(embedder.warmUp()).rejects.toMatchObject({ code: 'CLOSED' })
})
