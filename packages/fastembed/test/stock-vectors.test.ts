import { Random } from '@agentmem/conformance'
import { openFastEmbedder } from '@agentmem/fastembed'
import type { FlagEmbedding } from 'fastembed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cosine, expectSameVectors } from './expect-same-vectors.ts'
import { fixtureTexts } from './fixture/fixture-texts.ts'
import { openStock, stockVectors } from './stock.ts'
import { tinyModel } from './tiny-model.ts'

const [first = '', ...rest] = fixtureTexts(12)
const kinds: Readonly<Record<string, readonly string[]>> = {
  'texts of 8 to 25 words': fixtureTexts(60, 2),
  'texts of 1 to 400 words in one batch': fixtureTexts(20, 3, [1, 400]),
  'one text': [first],
  'the same text again and again, between others': [
    first,
    ...rest,
    first,
    first,
    ...rest.toReversed(),
    first,
  ],
  'texts with hardly anything in them': [' ', '\n', '.', '\u200b', '-', '?!', '\t \r\n', 'a'],
  'texts of many scripts': [
    'Привет, мир',
    'γειά σου',
    'שלום',
    'مرحبا',
    'ありがとう',
    '日本語',
    'naïve café',
    '👩‍👩‍👧 😀',
  ],
  'texts past the limit, by much and by a word': [
    'word '.repeat(2_000),
    'word '.repeat(511),
    'word '.repeat(510),
    'word '.repeat(509),
  ],
  'special tokens in a text': ['[CLS] [SEP] a [MASK] b [PAD]', '[UNK]'],
}

describe.each([
  ['in a child process', false],
  ['in this process', true],
])('the vectors of stock fastembed, %s', (_where, inProcess) => {
  let model: Awaited<ReturnType<typeof tinyModel>>
  let stock: FlagEmbedding
  beforeAll(async () => {
    model = await tinyModel()
    stock = await openStock(model.folder)
  })
  afterAll(() => model.remove())

  test.each(Object.entries(kinds))('%s', async (_kind, texts) => {
    await using embedder = await openFastEmbedder({ model: 'tiny', modelFolder: model.folder, inProcess })
    expectSameVectors(await embedder.embed(texts), await stockVectors(stock, texts))
  })

  test('all of them in one shuffled batch, in runs of any size', async () => {
    const texts = new Random(5).shuffle(Object.values(kinds).flat())
    const expected = await stockVectors(stock, texts)
    for (const textsPerRun of [1, 3, 256]) {
      await using embedder = await openFastEmbedder({
        model: 'tiny',
        modelFolder: model.folder,
        inProcess,
        textsPerRun,
      })
      expectSameVectors(await embedder.embed(texts), expected)
    }
  })

  test('of fewer tokens, when it reads fewer', async () => {
    const texts = fixtureTexts(20, 4, [1, 60])
    const options = { model: 'tiny', modelFolder: model.folder, inProcess, maxTokens: 32 }
    await using embedder = await openFastEmbedder(options)
    expectSameVectors(
      await embedder.embed(texts),
      await stockVectors(await openStock(model.folder, 32), texts),
    )
  })
})

test('the vectors of the fixture differ from text to text', async () => {
  const { folder, remove } = await tinyModel()
  const vectors = await stockVectors(await openStock(folder), fixtureTexts(50))
  await remove()
  const cosines = vectors.flatMap((a, i) => vectors.slice(i + 1).map(b => cosine(a, b)))
  expect(Math.max(...cosines)).toBeLessThan(0.99)
})
