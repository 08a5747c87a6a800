import { callback, invalid, optional, path, readOptions, text, whole } from '@agentmem/core/adapter'
import { resolve } from 'node:path'
import { readTokenLimit } from './custom-model.ts'
import { defaultCacheFolder } from './fast-options.ts'
import { defaultMaxTokens } from './known-models.ts'
import { knownRerankers } from './known-rerankers.ts'
import type { CrossEncoderName } from './known-rerankers.ts'
import { missingOf } from './model-files.ts'

const owner = 'openCrossEncoder'

export interface CrossEncoderOptions {
  /**
   * A model that is known by name, default 'ms-marco-MiniLM-L-6-v2' (English, 90 MB); with `modelFolder`, a name of your
   * own.
   */
  readonly model?: CrossEncoderName | (string & {}) | undefined
  /** A folder with the ONNX model of a cross-encoder and its tokenizer.json. Default: a model that is known by name. */
  readonly modelFolder?: string | undefined
  /** The ONNX file in `modelFolder`, default 'model.onnx'. */
  readonly modelFile?: string | undefined
  /** The folder of downloaded models, each in one of its own. Default: agentmem/fastembed in the user's cache folder. */
  readonly cacheFolder?: string | undefined
  /** Where models are downloaded from. Default 'https://huggingface.co'; a mirror has the same paths. */
  readonly downloadUrl?: string | undefined
  /**
   * Tokens that are read of a query and a text together, special ones included, from 8. What is too long is cut: of the
   * query at most half is left. Default 512, or the model's limit when that is lower.
   */
  readonly maxTokens?: number | undefined
  /** Texts in one run of the model, all of one length, from 1 to 256. Default 16. */
  readonly textsPerRun?: number | undefined
  /** Called while a model is downloaded, with the bytes that have arrived. */
  readonly onDownload?: ((bytes: number) => void) | undefined
}

/** The settings of a cross-encoder: data alone, so that it can be sent to another process. */
export interface CrossEncoderSettings {
  readonly kind: 'reranker'
  readonly name: string
  /** Where the files are, or will be once they have been downloaded. */
  readonly folder: string
  readonly file: string
  /** The address of its repository; undefined for a folder of the user. */
  readonly source: string | undefined
  readonly maxTokens: number
  readonly textsPerRun: number
}

export interface RerankerSettings {
  /** The name of the model, and each option that changes its scores. */
  readonly identity: string
  readonly model: CrossEncoderSettings
  readonly onDownload: (bytes: number) => void
}

/** Fills in the defaults, from the files of the model when it is one of the user's. Throws `INVALID_ARGUMENT`. */
export async function readCrossEncoderOptions(given: CrossEncoderOptions): Promise<RerankerSettings> {
  const options = readOptions(owner, given, {
    model: optional(text('the name of a model')),
    modelFolder: optional(path('models/my-reranker')),
    modelFile: optional(text('the name of a file')),
    cacheFolder: optional(path('cache/fastembed')),
    downloadUrl: optional(text("an http address such as 'https://huggingface.co'", undefined, isHttp)),
    maxTokens: optional(whole(8, 65_536)),
    textsPerRun: whole(1, 256, 16),
    onDownload: callback<RerankerSettings['onDownload']>(() => undefined),
  })
  const { modelFolder, textsPerRun, onDownload } = options
  const { tokenLimit, ...place } =
    modelFolder === undefined ? knownModel(options) : await ownModel(options, modelFolder)
  const defaultTokens = Math.min(defaultMaxTokens, tokenLimit)
  const { maxTokens = defaultTokens } = options
  if (maxTokens > tokenLimit) {
    throw invalid(owner, `has maxTokens: ${maxTokens}, but ${place.name} reads ${tokenLimit}`)
  }
  const changed = maxTokens === defaultTokens ? '' : ` ${JSON.stringify({ maxTokens })}`
  return {
    identity: `cross-encoder:${place.name}${changed}`,
    model: { kind: 'reranker', ...place, maxTokens, textsPerRun },
    onDownload,
  }
}

type Source = Pick<CrossEncoderSettings, 'name' | 'folder' | 'file' | 'source'> & {
  readonly tokenLimit: number
}

function knownModel({
  model: name = 'ms-marco-MiniLM-L-6-v2',
  modelFile,
  cacheFolder = defaultCacheFolder(),
  downloadUrl = 'https://huggingface.co',
}: CrossEncoderOptions): Source {
  if (!isKnown(name)) {
    throw invalid(
      owner,
      `does not know the model '${name}'; there are ${Object.keys(knownRerankers).join(', ')}. ` +
        'For a model of your own give its modelFolder',
    )
  }
  if (modelFile !== undefined) throw invalid(owner, 'takes a modelFile only together with a modelFolder')
  const { repository, tokenLimit } = knownRerankers[name]
  return {
    name,
    folder: resolve(cacheFolder, name),
    file: 'model.onnx',
    source: `${downloadUrl.replace(/\/+$/, '')}/${repository}`,
    tokenLimit,
  }
}

async function ownModel(
  { model: name, modelFile: file = 'model.onnx', cacheFolder, downloadUrl }: CrossEncoderOptions,
  folder: string,
): Promise<Source> {
  if (name === undefined || isKnown(name)) {
    const given = name === undefined ? 'left out' : `'${name}'`
    throw invalid(owner, `has a modelFolder and the model ${given}; give the model a name of your own`)
  }
  if (cacheFolder !== undefined || downloadUrl !== undefined) {
    throw invalid(owner, 'takes a modelFolder, or a cacheFolder and a downloadUrl, not both')
  }
  const needed = [file, 'tokenizer.json']
  const missing = await missingOf(folder, needed)
  if (missing.length > 0) {
    throw invalid(
      owner,
      `finds no ${missing.join(', no ')} in the modelFolder ${folder}; a model needs ${needed.join(' and ')} there`,
    )
  }
  return { name, folder, file, source: undefined, tokenLimit: await readTokenLimit(folder) }
}

function isKnown(name: string): name is CrossEncoderName {
  return Object.hasOwn(knownRerankers, name)
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
}
