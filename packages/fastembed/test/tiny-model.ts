import { openCrossEncoder, openFastEmbedder } from '@agentmem/fastembed'
import type {
  CrossEncoder,
  CrossEncoderOptions,
  FastEmbedder,
  FastEmbedderOptions,
} from '@agentmem/fastembed'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { BertShape } from './fixture/bert-graph.ts'
import { shapes, writeModel } from './fixture/write-model.ts'

/** A folder with a model of this shape, and how to take it away. */
export async function tinyModel(
  shape: BertShape = shapes.tiny,
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-fastembed-'))
  await writeModel(folder, shape)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The folder of a tiny model that goes when the test has ended. */
export async function tinyModelOfThisTest(shape?: BertShape): Promise<string> {
  const { folder, remove } = await tinyModel(shape)
  onTestFinished(remove)
  return folder
}

/** An embedder on a tiny model of its own; both go when the test has ended. */
export async function openTiny(options: FastEmbedderOptions = {}): Promise<FastEmbedder> {
  const modelFolder = await tinyModelOfThisTest()
  const embedder = await openFastEmbedder({ model: 'tiny', modelFolder, ...options })
  onTestFinished(() => embedder.close())
  return embedder
}

/** A reranker on a tiny cross-encoder of its own; both go when the test has ended. */
export async function openTinyReranker(options: CrossEncoderOptions = {}): Promise<CrossEncoder> {
  const modelFolder = await tinyModelOfThisTest(shapes.reranker)
  const reranker = await openCrossEncoder({ model: 'tiny', modelFolder, ...options })
  onTestFinished(() => reranker.close())
  return reranker
}
