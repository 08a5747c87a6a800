import { EmbeddingModel, FlagEmbedding } from 'fastembed'

/** fastembed as it comes, on a model in a folder. */
export function openStock(folder: string, maxLength?: number): Promise<FlagEmbedding> {
  const model = {
    model: EmbeddingModel.CUSTOM,
    modelAbsoluteDirPath: folder,
    modelName: 'model.onnx',
  } as const
  return FlagEmbedding.init({ ...model, ...(maxLength === undefined ? {} : { maxLength }) })
}

/** What stock fastembed gives for the texts, in batches of its own fastest size. */
export async function stockVectors(stock: FlagEmbedding, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = []
  for await (const batch of stock.embed([...texts], 8))
    vectors.push(...batch.map(vector => Float32Array.from(vector)))
  return vectors
}
