import { openFastEmbedder } from '@agentmem/fastembed'
import { EmbeddingModel, FlagEmbedding } from 'fastembed'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { expectSameVectors } from './expect-same-vectors.ts'
import { knownModels } from '../src/options/known-models.ts'
import { writeModel } from './fixture/write-model.ts'
import { openStock, stockVectors } from './stock.ts'
import { tinyModel, tinyModelOfThisTest } from './tiny-model.ts'

const models = Object.entries(knownModels)

test('they are those of the fastembed package, with its dimensions', async () => {
  const stock = await openStock(await tinyModelOfThisTest())
  const theirs = stock.listSupportedModels().map(({ model, dim }) => [model, dim])
  const ours = models.map(([, { archive, dimensions }]) => [archive, dimensions])
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs))
})

test.each(models)('%s says what it is before it is loaded', async (name, { dimensions }) => {
  await using embedder = await openFastEmbedder({ model: name, cacheFolder: '/nowhere' })
  expect(embedder).toMatchObject({ model: `fastembed:${name}`, dimensions, maxTokens: 512 })
})

test('without a model it is bge-small-en-v1.5', async () => {
  await using embedder = await openFastEmbedder()
  expect(embedder.model).toBe('fastembed:bge-small-en-v1.5')
})

test.each(models)(
  '%s: documents and queries are stock vectors of the prefixed texts',
  async (name, known) => {
    const { archive, file, dimensions, documentPrefix, queryPrefix } = known
    const { folder: cacheFolder, remove } = await tinyModel()
    onTestFinished(remove)
    const folder = join(cacheFolder, archive)
    const size = { layers: 1, heads: 4, feedForward: 32, vocabulary: 1_200, positions: 512 }
    // fastembed gives this one model no token types.
    const tokenTypes = name !== 'multilingual-e5-large'
    await writeModel(folder, { ...size, hidden: dimensions, tokenTypes })
    await rename(join(folder, 'model.onnx'), join(folder, file))
    const model = Object.values(EmbeddingModel).find(value => value.valueOf() === archive)
    if (!model || model === EmbeddingModel.CUSTOM) throw new Error(`fastembed has no ${archive}`)
    const stock = await FlagEmbedding.init({ model, cacheDir: cacheFolder })
    const texts = ['green tea', 'a slow boat to the island']
    const expected = (prefix: string): Promise<Float32Array[]> =>
      stockVectors(
        stock,
        texts.map(text => prefix + text),
      )
    await using embedder = await openFastEmbedder({ model: name, cacheFolder, inProcess: true })
    expectSameVectors(await embedder.embed(texts), await expected(documentPrefix))
    expectSameVectors(await embedder.embed(texts, { as: 'query' }), await expected(queryPrefix))
  },
)
