import type { FlagEmbedding } from 'fastembed'
import { describe, expect, test } from 'vitest'
import type { ModelSettings } from '../src/options/fast-options.ts'
import { groupByLength } from '../src/models/group-by-length.ts'
import { GroupedModel } from '../src/models/grouped-model.ts'
import { expectSameVectors } from './expect-same-vectors.ts'
import { openStock, stockVectors } from './stock.ts'
import { tinyModelOfThisTest } from './tiny-model.ts'

const settings: ModelSettings = {
  kind: 'embedder',
  name: 'tiny',
  folder: '/tiny',
  file: 'model.onnx',
  archive: undefined,
  dimensions: 32,
  maxTokens: 512,
  longTexts: 'truncate',
  textsPerRun: 16,
  showDownloadProgress: false,
}

async function vectorsOf(model: GroupedModel, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = []
  for await (const run of model.run({ texts })) {
    for (const [i, position] of run.positions.entries())
      vectors[position] = run.values.slice(i * 32, (i + 1) * 32)
  }
  return vectors
}

describe('groups', () => {
  test('hold texts of one length, in their order, the longest first', () => {
    expect(groupByLength([5, 3, 5, 9, 3, 5], 10)).toEqual([[3], [0, 2, 5], [1, 4]])
  })

  test('hold at most `size` texts', () => {
    expect(groupByLength([4, 4, 4, 4, 4], 2)).toEqual([[0, 1], [2, 3], [4]])
    expect(groupByLength([], 2)).toEqual([])
  })
})

test('each run is one call of the model, for texts of one length', async () => {
  const flag = await openStock(await tinyModelOfThisTest())
  const calls: string[][] = []
  const embed = flag.embed.bind(flag)
  flag.embed = (texts, size) => {
    calls.push(texts)
    return embed(texts, size)
  }
  await vectorsOf(new GroupedModel(flag, { ...settings, textsPerRun: 2 }, () => undefined), [
    'one',
    'two three',
    'four',
    'five six',
    'seven',
  ])
  expect(calls).toEqual([['two three', 'five six'], ['one', 'four'], ['seven']])
})

describe('a fastembed that hides its tokenizer', () => {
  /** Its public face alone. */
  const hiding = (flag: FlagEmbedding): FlagEmbedding =>
    ({ embed: (texts: string[], size: number) => flag.embed(texts, size) }) as FlagEmbedding

  test('is used as it is, and that is said once', async () => {
    const flag = await openStock(await tinyModelOfThisTest())
    const warnings: string[] = []
    const model = new GroupedModel(hiding(flag), settings, message => warnings.push(message))
    const texts = ['a', 'b c d', 'e f', ...Array.from({ length: 9 }, (_, i) => 'g '.repeat(i + 1))]
    expectSameVectors(await vectorsOf(model, texts), await stockVectors(flag, texts))
    await vectorsOf(model, texts)
    expect(warnings).toEqual([expect.stringMatching(/hides its tokenizer: each text is padded/)])
  })

  test.each([{}, { encode: () => undefined }, { disablePadding: () => undefined }, undefined])(
    'is recognized by what its tokenizer can do: %j',
    async tokenizer => {
      const flag = await openStock(await tinyModelOfThisTest())
      const warnings: string[] = []
      const other = Object.assign(hiding(flag), { tokenizer })
      expect(new GroupedModel(other, settings, message => warnings.push(message))).toBeDefined()
      expect(warnings).toHaveLength(1)
    },
  )

  test('cannot refuse long texts', async () => {
    const flag = await openStock(await tinyModelOfThisTest())
    const refusing = { ...settings, longTexts: 'refuse' } as const
    expect(() => new GroupedModel(hiding(flag), refusing, () => undefined)).toThrow(
      /longTexts: 'refuse' needs it/,
    )
  })
})
