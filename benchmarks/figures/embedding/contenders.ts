import { join } from 'node:path'

import { openFastEmbedder } from '@agentmem/fastembed'
import { EmbeddingModel, FlagEmbedding } from 'fastembed'

import { fastembedRuntime, HandTunedLoop } from './hand-tuned-loop.ts'

/** A way to embed texts with the model in a folder. */
export interface Contender {
  readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>
  /** Of the process that the model runs in, when it is another than this one. */
  readonly processId: () => number | undefined
  readonly close: () => Promise<void>
}

/** Texts that stock fastembed is measured on: at its default batch of 256 it would take 15 GB, with these 4 GB. */
export const stockTexts = 64

/** Each opens its model; by the name it has in the tables. */
export const contenders: Readonly<Record<string, (folder: string) => Promise<Contender>>> = {
  '@agentmem/fastembed': folder => ours(folder, false),
  'the same, inProcess': folder => ours(folder, true),
  'hand-tuned loop, 8 a run': folder => handTuned(folder, 8),
  'hand-tuned loop, 16 a run': folder => handTuned(folder, 16),
  'hand-tuned loop, 32 a run': folder => handTuned(folder, 32),
  'hand-tuned loop, one thread': folder => handTuned(folder, 16, 1),
  'fastembed, batch 8': folder => stock(folder, 8),
  'fastembed, default batch': folder => stock(folder, undefined),
}

async function ours(modelFolder: string, inProcess: boolean): Promise<Contender> {
  const embedder = await openFastEmbedder({ model: 'fixture', modelFolder, inProcess })
  await embedder.warmUp()
  const processId = (): number | undefined => (inProcess ? undefined : embedder.stats().processId)
  return { embed: texts => embedder.embed(texts), processId, close: () => embedder.close() }
}

/** With a number of threads, a session of its own in the place of fastembed's, which has one for each core. */
async function handTuned(folder: string, textsPerRun: number, threads?: number): Promise<Contender> {
  const { InferenceSession } = fastembedRuntime()
  const options = { intraOpNumThreads: threads, graphOptimizationLevel: 'all' }
  const session =
    threads === undefined ? undefined : await InferenceSession.create(join(folder, 'model.onnx'), options)
  const loop = new HandTunedLoop(await openFlag(folder), textsPerRun, session)
  await loop.embed(['warm up'])
  return inThisProcess(texts => loop.embed(texts))
}

async function stock(folder: string, batchSize: number | undefined): Promise<Contender> {
  const flag = await openFlag(folder)
  return inThisProcess(async texts => {
    const vectors: Float32Array[] = []
    for await (const batch of flag.embed([...texts], batchSize)) {
      vectors.push(...batch.map(vector => Float32Array.from(vector)))
    }
    return vectors
  })
}

/** The model goes with the last reference to it. */
function inThisProcess(embed: Contender['embed']): Contender {
  return { embed, processId: () => undefined, close: async () => undefined }
}

export function openFlag(folder: string): Promise<FlagEmbedding> {
  const model = EmbeddingModel.CUSTOM
  return FlagEmbedding.init({ model, modelAbsoluteDirPath: folder, modelName: 'model.onnx' })
}
