import { openCrossEncoder } from '@agentmem/fastembed'
import type { CrossEncoder } from '@agentmem/fastembed'
import { Tokenizer } from '@anush008/tokenizers'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CrossEncoderModel } from '../src/models/cross-encoder-model.ts'
import type { CrossEncoderParts } from '../src/models/cross-encoder-model.ts'
import type { CrossEncoderSettings } from '../src/options/cross-encoder-options.ts'
import { fixtureTexts } from './fixture/fixture-texts.ts'
import { shapes } from './fixture/write-model.ts'
import { openTinyReranker, tinyModelOfThisTest } from './tiny-model.ts'

const query = 'where does alice drink green tea'
const texts = fixtureTexts(300, 7, [2, 40])

async function open(modelFolder: string, options: object = {}): Promise<CrossEncoder> {
  const reranker = await openCrossEncoder({ model: 'tiny', modelFolder, ...options })
  onTestFinished(() => reranker.close())
  return reranker
}

function kill(reranker: CrossEncoder): void {
  process.kill(reranker.stats().processId ?? Number.NaN, 'SIGKILL')
}

function isAlive(processId: number | undefined): boolean {
  try {
    return process.kill(processId ?? Number.NaN, 0)
  } catch {
    return false
  }
}

/** The scores by hand: the tokenizer joins the pair, the model runs on it alone, the logistic function makes 0 to 1 of it. */
async function scoresByHand(folder: string, given: readonly string[]): Promise<number[]> {
  const tokenizer = Tokenizer.fromFile(join(folder, 'tokenizer.json'))
  const session = await InferenceSession.create(join(folder, 'model.onnx'))
  const scores: number[] = []
  for (const text of given) {
    const encoding = await tokenizer.encode(query, text)
    const tensor = (values: number[]): Tensor =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
    const feeds = {
      input_ids: tensor(encoding.getIds()),
      attention_mask: tensor(encoding.getAttentionMask()),
      token_type_ids: tensor(encoding.getTypeIds()),
    }
    const asked = session.inputNames.map(name => [name, feeds[name as keyof typeof feeds]] as const)
    const { logits } = await session.run(Object.fromEntries(asked))
    scores.push(1 / (1 + Math.exp(-Number(logits?.data[0]))))
  }
  return scores
}

/** The largest difference between two scores of one text. */
function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((score, i) => Math.abs(score - (b[i] ?? NaN))))
}

describe.each([
  ['token types, as BERT', shapes.reranker],
  ['no token types, as RoBERTa', { ...shapes.reranker, tokenTypes: false }],
])('a model with %s', (_kind, shape) => {
  test('gives the scores of each pair run by hand', async () => {
    const folder = await tinyModelOfThisTest(shape)
    const reranker = await open(folder)
    const some = texts.slice(0, 60)
    expect(distance(await reranker.rerank(query, some), await scoresByHand(folder, some))).toBeLessThan(1e-5)
  })
})

test('a batch of mixed lengths gives what its texts give one by one', async () => {
  const reranker = await openTinyReranker({ textsPerRun: 8 })
  const mixed = [...texts.slice(0, 30), 'tea', texts.join(' '), 'a', texts.slice(0, 9).join(' ')]
  const single: number[] = []
  for (const text of mixed) single.push(...(await reranker.rerank(query, [text])))
  expect(distance(await reranker.rerank(query, mixed), single)).toBeLessThan(1e-5)
  expect(new Set(single).size).toBeGreaterThan(30)
})

test('texts of one length run together, at most textsPerRun', async () => {
  const reranker = await openTinyReranker({ textsPerRun: 2 })
  await reranker.rerank('tea', ['one', 'two three', 'four', 'five six', 'seven'])
  expect(reranker.stats()).toMatchObject({ texts: 5, truncated: 0, runs: 3 })
})

test('of a text that is too long the beginning is read, and that is counted', async () => {
  const reranker = await openTinyReranker({ maxTokens: 16 })
  const long = 'the cat sat on the mat '.repeat(20)
  const [score, other] = await reranker.rerank('cat', [long, `${long}and a dog`])
  expect(score).toBe(other)
  expect(reranker.stats().truncated).toBe(2)
  expect(reranker.model).toBe('cross-encoder:tiny {"maxTokens":16}')
})

test('padding and truncation that the tokenizer file asks for are left out', async () => {
  const folder = await tinyModelOfThisTest(shapes.reranker)
  const expected = await (await open(folder)).rerank(query, texts.slice(0, 10))
  const path = join(folder, 'tokenizer.json')
  const file = JSON.parse(await readFile(path, 'utf8')) as object
  const truncation = { direction: 'Right', max_length: 4, strategy: 'LongestFirst', stride: 0 }
  const padding = {
    strategy: { Fixed: 128 },
    direction: 'Right',
    pad_to_multiple_of: null,
    pad_id: 0,
    pad_type_id: 0,
    pad_token: '[PAD]',
  }
  await writeFile(path, JSON.stringify({ ...file, truncation, padding }))
  expect(await (await open(folder)).rerank(query, texts.slice(0, 10))).toEqual(expected)
})

describe('the process', () => {
  test('is started by the first text and ended by close', async () => {
    const reranker = await openTinyReranker()
    await reranker.rerank(query, [])
    expect(reranker.stats().processId).toBeUndefined()
    await reranker.rerank(query, ['a text'])
    const { processId } = reranker.stats()
    expect(processId).not.toBe(process.pid)
    expect(isAlive(processId)).toBe(true)
    await reranker.close()
    expect(isAlive(processId)).toBe(false)
  })

  test('is started by warmUp, which counts as no text', async () => {
    const reranker = await openTinyReranker()
    await reranker.warmUp()
    expect(reranker.stats()).toMatchObject({ texts: 0, runs: 0 })
    expect(isAlive(reranker.stats().processId)).toBe(true)
    await reranker.close()
    await expect(reranker.warmUp()).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('that is killed between two calls is replaced', async () => {
    const reranker = await openTinyReranker()
    const before = await reranker.rerank(query, texts)
    kill(reranker)
    expect(await reranker.rerank(query, texts)).toEqual(before)
    expect(reranker.stats()).toMatchObject({ texts: 600, restarts: 1 })
  })

  test('that is killed amid a call is replaced, and every text gets its score once', async () => {
    const reranker = await openTinyReranker({ textsPerRun: 1 })
    const before = await reranker.rerank(query, texts)
    const call = reranker.rerank(query, texts)
    while (reranker.stats().texts < 340) await sleep(1)
    kill(reranker)
    expect(await call).toEqual(before)
    expect(reranker.stats()).toMatchObject({ texts: 600, restarts: 1 })
  })

  test('that dies again and again fails the call, and the next one starts anew', async () => {
    const reranker = await openTinyReranker()
    const killer = setInterval(() => {
      if (isAlive(reranker.stats().processId)) kill(reranker)
    }, 1)
    await expect(reranker.rerank(query, ['a text'])).rejects.toMatchObject({
      code: 'BACKEND',
      retryable: true,
    })
    clearInterval(killer)
    expect(await reranker.rerank(query, ['a text'])).toHaveLength(1)
  })
})

test('a call that is aborted ends at once; the others get their scores', async () => {
  const reranker = await openTinyReranker({ textsPerRun: 1 })
  const expected = await reranker.rerank(query, texts.slice(0, 50))
  const stop = new AbortController()
  const aborted = reranker.rerank(query, texts, { signal: stop.signal })
  const other = reranker.rerank(query, texts.slice(0, 50))
  while (reranker.stats().texts < 60) await sleep(1)
  stop.abort()
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await other).toEqual(expected)
  expect(reranker.stats().texts).toBeLessThan(400)
})

describe('a model that is no cross-encoder of one logit is refused:', () => {
  test('one of two logits', async () => {
    const reranker = await open(await tinyModelOfThisTest({ ...shapes.reranker, logits: 2 }))
    await expect(reranker.rerank(query, ['a text'])).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('gave float32 of the shape [1,2] for 1 texts') as string,
    })
  })

  test('an embedding model', async () => {
    const reranker = await open(await tinyModelOfThisTest(shapes.tiny))
    await expect(reranker.rerank(query, ['a text'])).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })

  test('one with other inputs', () => {
    const parts = { session: { inputNames: ['input_ids', 'pixel_values'] } } as unknown as CrossEncoderParts
    const settings = { name: 'pictures' } as CrossEncoderSettings
    expect(() => new CrossEncoderModel(parts, settings)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('pictures asks for pixel_values; a cross-encoder has') as string,
      }),
    )
  })

  test('a file that is none', async () => {
    const folder = await tinyModelOfThisTest(shapes.reranker)
    await writeFile(join(folder, 'model.onnx'), 'no model')
    const reranker = await open(folder)
    await expect(reranker.rerank(query, ['a text'])).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringContaining(`The model tiny cannot be loaded from ${folder}`) as string,
    })
  })
})
