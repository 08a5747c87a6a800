import { openFastEmbedder } from '@agentmem/fastembed'
import type { FastEmbedderOptions } from '@agentmem/fastembed'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTiny, tinyModelOfThisTest } from './tiny-model.ts'

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ['an unknown option', { dimension: 384 }, /has no option 'dimension'; there are model, /],
  ['an unknown model', { model: 'bge-large' }, /'bge-large'; there are .*bge-small-en-v1\.5.* modelFolder/],
  ['an empty model', { model: '' }, /has model: ""; give the name of a model/],
  ['a batch of none', { textsPerRun: 0 }, /has textsPerRun: 0; give a whole number from 1 to 256/],
  ['half a token', { maxTokens: 12.5 }, /has maxTokens: 12.5/],
  [
    'more tokens than the model has',
    { maxTokens: 513 },
    /has maxTokens: 513, but bge-small-en-v1.5 reads 512/,
  ],
  ['another word for long texts', { longTexts: 'cut' }, /has longTexts: "cut"; give 'truncate' or 'refuse'/],
  ['a prefix that is no string', { queryPrefix: 7 }, /has queryPrefix: 7; give a string/],
  ['a modelFile alone', { modelFile: 'model.onnx' }, /modelFile only together with a modelFolder/],
  ['a modelFolder without a name', { modelFolder: '/models' }, /the model left out; give the model a name/],
  [
    'a modelFolder with the name of another',
    { model: 'bge-base-en', modelFolder: '/models' },
    /a name of your own/,
  ],
  [
    'both folders',
    { model: 'own', modelFolder: '/a', cacheFolder: '/b' },
    /cacheFolder or a modelFolder, not both/,
  ],
  [
    'a modelFolder that is not there',
    { model: 'own', modelFolder: '/nowhere' },
    /no model\.onnx, no tokenizer\.json/,
  ],
  ['a word for a yes', { inProcess: 'yes' }, /has inProcess: "yes"; give true or false/],
  [
    'a path that is none',
    { cacheFolder: new URL('file:///cache') },
    /has cacheFolder: an object; give a path/,
  ],
  ['an empty path', { modelFolder: '' }, /has modelFolder: ""; give a path/],
  ['an onDownload that is no function', { onDownload: true }, /has onDownload: true; give a function/],
  ['null for a model', { model: null }, /has model: null; give the name of a model/],
  ['null for a folder', { modelFolder: null }, /has modelFolder: null; give a path/],
  ['null for a number', { textsPerRun: null }, /has textsPerRun: null; give a whole number from 1 to 256/],
  ['null for a prefix', { documentPrefix: null }, /has documentPrefix: null; give a string/],
  ['null for a function', { onDownload: null }, /has onDownload: null/],
  ['no object at all', 'bge-small-en-v1.5' as never, /takes its options as an object/],
]

test.each(wrong)('%s is INVALID_ARGUMENT', async (_what, options, message) => {
  await expect(openFastEmbedder(options as FastEmbedderOptions)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('an option that is undefined has its default', async () => {
  const folders = { model: undefined, modelFolder: undefined, modelFile: undefined, cacheFolder: undefined }
  const others = {
    queryPrefix: undefined,
    maxTokens: undefined,
    textsPerRun: undefined,
    onDownload: undefined,
  }
  await using embedder = await openFastEmbedder({ ...folders, ...others })
  expect(embedder).toMatchObject({ model: 'fastembed:bge-small-en-v1.5', maxTokens: 512 })
})

describe('a model of the user', () => {
  const change = async (file: string, changes: object): Promise<string> => {
    const folder = await tinyModelOfThisTest()
    const path = join(folder, file)
    const content = JSON.parse(await readFile(path, 'utf8')) as object
    await writeFile(path, JSON.stringify({ ...content, ...changes }))
    return folder
  }

  test('has its dimensions and its limit from its own files', async () => {
    expect(await openTiny()).toMatchObject({ model: 'fastembed:tiny', dimensions: 32, maxTokens: 512 })
    const modelFolder = await change('tokenizer_config.json', { model_max_length: 128 })
    await using embedder = await openFastEmbedder({ model: 'own', modelFolder })
    expect(embedder.maxTokens).toBe(128)
  })

  test('may have another name for its ONNX file', async () => {
    const modelFolder = await tinyModelOfThisTest()
    await writeFile(join(modelFolder, 'other.onnx'), await readFile(join(modelFolder, 'model.onnx')))
    await rm(join(modelFolder, 'model.onnx'))
    await using embedder = await openFastEmbedder({ model: 'own', modelFolder, modelFile: 'other.onnx' })
    expect(await embedder.embed(['a text'])).toHaveLength(1)
  })

  test('without hidden_size is refused', async () => {
    const modelFolder = await change('config.json', { hidden_size: undefined })
    await expect(openFastEmbedder({ model: 'own', modelFolder })).rejects.toThrow(/hidden_size: undefined/)
  })

  test('whose vectors have other dimensions than it says is an error at the first text', async () => {
    const modelFolder = await change('config.json', { hidden_size: 64 })
    await using embedder = await openFastEmbedder({ model: 'own', modelFolder })
    await expect(embedder.embed(['a text'])).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringMatching(/32 dimensions instead of 64/) as string,
    })
  })

  test('whose file is damaged is an error at the first text, and one that was repaired is used', async () => {
    const modelFolder = await tinyModelOfThisTest()
    const path = join(modelFolder, 'model.onnx')
    const content = await readFile(path)
    await writeFile(path, content.subarray(0, 1_000))
    await using embedder = await openFastEmbedder({ model: 'own', modelFolder })
    await expect(embedder.embed(['a text'])).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringContaining(`cannot be loaded from ${modelFolder}`) as string,
    })
    await writeFile(path, content)
    expect(await embedder.embed(['a text'])).toHaveLength(1)
  })
})

describe('what changes the vectors is part of the identity', () => {
  const identities: readonly (readonly [string, FastEmbedderOptions, string])[] = [
    ['nothing', { textsPerRun: 1, longTexts: 'refuse', inProcess: true }, 'fastembed:tiny'],
    ['the prefix the model has anyhow', { documentPrefix: '', queryPrefix: '' }, 'fastembed:tiny'],
    ['a prefix', { queryPrefix: 'query: ' }, 'fastembed:tiny {"query":"query: "}'],
    ['fewer tokens', { maxTokens: 256 }, 'fastembed:tiny {"maxTokens":256}'],
  ]
  test.each(identities)('%s', async (_what, options, identity) => {
    expect((await openTiny(options)).model).toBe(identity)
  })
})

describe('texts past the limit', () => {
  const texts = ['short', 'word '.repeat(14), 'word '.repeat(15), 'word '.repeat(40)]

  test.each([true, false])('are truncated and counted, in this process: %s', async inProcess => {
    const embedder = await openTiny({ maxTokens: 16, inProcess })
    const vectors = await embedder.embed(texts)
    expect(embedder.stats()).toMatchObject({ texts: 4, truncated: 2 })
    expect([vectors[2], vectors[3]]).toEqual([vectors[1], vectors[1]])
  })

  test.each([true, false])(
    'are refused before anything is embedded, in this process: %s',
    async inProcess => {
      const embedder = await openTiny({ maxTokens: 16, longTexts: 'refuse', inProcess })
      await expect(embedder.embed(texts)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^texts\[2\] has about 17 tokens .* tiny reads 16\. Split it/,
        ) as string,
      })
      expect(embedder.stats()).toMatchObject({ texts: 0, truncated: 0, runs: 0 })
      expect(await embedder.embed(texts.slice(0, 2))).toHaveLength(2)
    },
  )

  test('are refused by their index in the whole call', async () => {
    const embedder = await openTiny({ maxTokens: 16, longTexts: 'refuse', inProcess: true })
    const many = Array.from({ length: 3_000 }, () => 'a').with(2_500, 'word '.repeat(40))
    await expect(embedder.embed(many)).rejects.toThrow(/^texts\[2500\] has about 42 tokens/)
  })
})
