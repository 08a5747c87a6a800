import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { guardReranker, MemoryError } from '../../src/adapter.ts'
import type { Reranker } from '../../src/adapter.ts'

interface Spy extends Reranker {
  /** The texts of each call. */
  readonly calls: (readonly string[])[]
}

/** A score by the length of a text; `answer` replaces it. */
function spy(given: { answer?: (texts: readonly string[]) => unknown; batchSize?: number } = {}): Spy {
  const calls: (readonly string[])[] = []
  const close = async (): Promise<void> => undefined
  return {
    model: 'spy',
    batchSize: given.batchSize,
    calls,
    async rerank(_query, texts) {
      calls.push(texts)
      await nextTurn()
      return (given.answer?.(texts) ?? texts.map(text => text.length / 100)) as number[]
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const invalid = { name: 'MemoryError', code: 'INVALID_ARGUMENT' }

test('an empty batch makes no call', async () => {
  const reranker = spy()
  expect(await guardReranker(reranker).rerank('tea', [])).toEqual([])
  expect(reranker.calls).toEqual([])
})

test('a batch is sent in calls of at most batchSize texts, and the scores stay aligned', async () => {
  const reranker = spy({ batchSize: 2 })
  const guarded = guardReranker(reranker)
  expect(await guarded.rerank('tea', ['a', 'bb', 'ccc', 'dd', 'e'])).toEqual([0.01, 0.02, 0.03, 0.02, 0.01])
  expect(reranker.calls).toEqual([['a', 'bb'], ['ccc', 'dd'], ['e']])
  expect(guarded).toMatchObject({ model: 'spy', batchSize: 2 })
})

test('0 and 1 are scores', async () => {
  expect(await guardReranker(spy({ answer: () => [0, 1] })).rerank('tea', ['a', 'b'])).toEqual([0, 1])
})

test('guarding twice changes nothing', () => {
  const guarded = guardReranker(spy())
  expect(guardReranker(guarded)).toBe(guarded)
})

describe('an answer is refused', () => {
  test.each<[string, unknown]>([
    ['with too few scores', [0.5]],
    ['with too many', [0.5, 0.5, 0.5]],
    ['with NaN', [0.5, NaN]],
    ['with a score above 1', [0.5, 1.01]],
    ['with a score below 0', [-0.01, 0.5]],
    ['with infinity', [0.5, Infinity]],
    ['with a string of digits', [0.5, '0.5']],
    ['with null', [null, 0.5]],
    ['with a hole', [0.5, undefined]],
    ['with something else', { length: 2 }],
    ['that is none', 7],
  ])('%s', async (_what, answer) => {
    const guarded = guardReranker(spy({ answer: () => answer }))
    await expect(guarded.rerank('tea', ['a', 'b'])).rejects.toMatchObject({
      name: 'MemoryError',
      code: 'BACKEND',
      message: expect.stringContaining('The reranker spy') as string,
    })
  })
})

describe('refuses, and asks nobody:', () => {
  test.each<[string, unknown, unknown, unknown]>([
    ['an empty query', '', ['a'], {}],
    ['a query that is no text', 7, ['a'], {}],
    ['a query that is longer than a memory can be', 'x'.repeat(1_048_577), ['a'], {}],
    ['a text where a list belongs', 'tea', 'a', {}],
    ['an empty text', 'tea', ['a', ''], {}],
    ['a text that is none', 'tea', ['a', null], {}],
    ['NUL in a text', 'tea', ['a\0'], {}],
    ['a lone surrogate', 'tea', ['\ud800'], {}],
    ['an unknown option', 'tea', ['a'], { topK: 3 }],
    ['a signal that is none', 'tea', ['a'], { signal: 'stop' }],
  ])('%s', async (_what, query, texts, options) => {
    const reranker = spy()
    const call = guardReranker(reranker).rerank(query as string, texts as string[], options as object)
    await expect(call).rejects.toMatchObject(invalid)
    expect(reranker.calls).toEqual([])
  })
})

test('a text may be longer than a memory: it may have others around it', async () => {
  expect(await guardReranker(spy({ answer: () => [0.5] })).rerank('tea', ['x'.repeat(3_000_000)])).toEqual([
    0.5,
  ])
})

test('a signal is passed on, and no further batch is sent once it aborts', async () => {
  const controller = new AbortController()
  const reranker = spy({
    batchSize: 1,
    answer: () => {
      controller.abort()
      return [0.5]
    },
  })
  const guarded = guardReranker(reranker)
  const { signal } = controller
  await expect(guarded.rerank('tea', ['a', 'b'], { signal })).rejects.toMatchObject({ code: 'ABORTED' })
  expect(reranker.calls).toEqual([['a']])
  await expect(guarded.rerank('tea', ['a'], { signal })).rejects.toMatchObject({ code: 'ABORTED' })
  expect(reranker.calls).toHaveLength(1)
})

test('whatever it throws becomes a MemoryError with its cause', async () => {
  const cause = new Error('out of memory')
  const guarded = guardReranker({
    ...spy(),
    rerank: () => {
      throw cause
    },
  })
  const error: unknown = await guarded.rerank('tea', ['a']).catch((reason: unknown) => reason)
  expect(MemoryError.is(error)).toBe(true)
  expect(error).toMatchObject({
    code: 'BACKEND',
    cause,
    message: 'The reranker spy: rerank failed: out of memory',
  })
})

test('closing waits for the calls in flight, is done once, and later calls are CLOSED', async () => {
  let closed = 0
  const reranker = { ...spy(), close: async () => void closed++ }
  const guarded = guardReranker(reranker)
  const running = guarded.rerank('tea', ['a'])
  await Promise.all([guarded.close(), guarded.close(), guarded[Symbol.asyncDispose]()])
  expect(await running).toEqual([0.01])
  expect(closed).toBe(1)
  await expect(guarded.rerank('tea', ['a'])).rejects.toMatchObject({ code: 'CLOSED' })
})
