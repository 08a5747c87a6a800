import { openCrossEncoder } from '@agentmem/fastembed'
import type { CrossEncoderOptions } from '@agentmem/fastembed'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shapes } from './fixture/write-model.ts'
import { tinyModelOfThisTest } from './tiny-model.ts'

test.each<[string, object, RegExp]>([
  ['an unknown option', { path: '/models' }, /has no option 'path'; there are model, modelFolder, /],
  ['an unknown model', { model: 'bge-small-en' }, /'bge-small-en'; there are ms-marco.*modelFolder/],
  ['null for a model', { model: null }, /has model: null; give the name of a model/],
  ['a modelFile alone', { modelFile: 'model.onnx' }, /modelFile only together with a modelFolder/],
  ['a modelFolder without a name', { modelFolder: '/models' }, /the model left out; give the model a name/],
  [
    'a modelFolder with the name of another',
    { model: 'bge-reranker-base', modelFolder: '/models' },
    /a name of your own/,
  ],
  ['both folders', { model: 'own', modelFolder: '/a', cacheFolder: '/b' }, /not both/],
  ['a folder and an address', { model: 'own', modelFolder: '/a', downloadUrl: 'https://b' }, /not both/],
  [
    'a modelFolder that is not there',
    { model: 'own', modelFolder: '/nowhere' },
    /finds no model\.onnx, no tokenizer\.json in the modelFolder \/nowhere/,
  ],
  [
    'an address that is none',
    { downloadUrl: 'huggingface.co' },
    /downloadUrl: "huggingface\.co"; give an http/,
  ],
  ['too few tokens', { maxTokens: 7 }, /has maxTokens: 7; give a whole number from 8/],
  [
    'more tokens than the model has',
    { maxTokens: 513 },
    /maxTokens: 513, but ms-marco-MiniLM-L-6-v2 reads 512/,
  ],
  ['a run of none', { textsPerRun: 0 }, /has textsPerRun: 0; give a whole number from 1 to 256/],
  ['an onDownload that is no function', { onDownload: true }, /has onDownload: true; give a function/],
])('%s is INVALID_ARGUMENT', async (_what, options, message) => {
  await expect(openCrossEncoder(options as CrossEncoderOptions)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('opening loads nothing, and says what it opened', async () => {
  await using reranker = await openCrossEncoder({ maxTokens: undefined })
  expect(reranker).toMatchObject({ model: 'cross-encoder:ms-marco-MiniLM-L-6-v2', batchSize: 256 })
  await using long = await openCrossEncoder({ model: 'jina-reranker-v1-tiny-en', maxTokens: 1_024 })
  expect(long.model).toBe('cross-encoder:jina-reranker-v1-tiny-en {"maxTokens":1024}')
})

test('a model of the user needs its weights and tokenizer.json, and has the limit of its files', async () => {
  const modelFolder = await tinyModelOfThisTest({ ...shapes.reranker, positions: 64 })
  const own = { model: 'own', modelFolder }
  await expect(openCrossEncoder({ ...own, maxTokens: 65 })).rejects.toThrow('but own reads 64')
  for (const file of ['config.json', 'tokenizer_config.json', 'special_tokens_map.json']) {
    await rm(join(modelFolder, file))
  }
  await using reranker = await openCrossEncoder({ ...own, maxTokens: 32 })
  expect(await reranker.rerank('tea', ['a text'])).toHaveLength(1)
})
