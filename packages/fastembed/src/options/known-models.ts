import type { EmbeddingModel } from 'fastembed'

/** fastembed's own name of a model: that of its archive, and of the folder in it. */
export type ArchiveName = Exclude<`${EmbeddingModel}`, 'custom'>

/** A model of the fastembed package. */
export type FastModelName = ArchiveName extends infer Name
  ? Name extends `fast-${infer Model}`
    ? Model
    : never
  : never

export interface KnownModel {
  readonly archive: ArchiveName
  /** The name of its ONNX file. */
  readonly file: string
  readonly dimensions: number
  /** Put before a document and before a query, as the model's card asks for. */
  readonly documentPrefix: string
  readonly queryPrefix: string
}

const english = 'Represent this sentence for searching relevant passages: '

/**
 * The models of the fastembed package. The prefixes are those of the cards at https://huggingface.co: BAAI/bge-*
 * ("Model List", the instruction for queries), intfloat/multilingual-e5-large ("FAQ") and
 * sentence-transformers/all-MiniLM-L6-v2 (none). fastembed's `queryEmbed` and `passageEmbed` put 'query: '
 * and 'passage: ' before the texts of every model; only multilingual-e5-large was trained with them.
 */
export const knownModels: Readonly<Record<FastModelName, KnownModel>> = {
  'all-MiniLM-L6-v2': {
    archive: 'fast-all-MiniLM-L6-v2',
    file: 'model.onnx',
    dimensions: 384,
    documentPrefix: '',
    queryPrefix: '',
  },
  'bge-base-en': {
    archive: 'fast-bge-base-en',
    file: 'model_optimized.onnx',
    dimensions: 768,
    documentPrefix: '',
    queryPrefix: english,
  },
  'bge-base-en-v1.5': {
    archive: 'fast-bge-base-en-v1.5',
    file: 'model_optimized.onnx',
    dimensions: 768,
    documentPrefix: '',
    queryPrefix: english,
  },
  'bge-small-en': {
    archive: 'fast-bge-small-en',
    file: 'model_optimized.onnx',
    dimensions: 384,
    documentPrefix: '',
    queryPrefix: english,
  },
  'bge-small-en-v1.5': {
    archive: 'fast-bge-small-en-v1.5',
    file: 'model_optimized.onnx',
    dimensions: 384,
    documentPrefix: '',
    queryPrefix: english,
  },
  'bge-small-zh-v1.5': {
    archive: 'fast-bge-small-zh-v1.5',
    file: 'model_optimized.onnx',
    dimensions: 512,
    documentPrefix: '',
    queryPrefix: '为这个句子生成表示以用于检索相关文章：',
  },
  'multilingual-e5-large': {
    archive: 'fast-multilingual-e5-large',
    file: 'model.onnx',
    dimensions: 1_024,
    documentPrefix: 'passage: ',
    queryPrefix: 'query: ',
  },
}

/** Tokens that fastembed reads of a text by default; all its models can. */
export const defaultMaxTokens = 512
