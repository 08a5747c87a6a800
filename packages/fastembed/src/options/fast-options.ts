import {
  callback,
  flag,
  invalid,
  oneOf,
  optional,
  path,
  readOptions,
  text,
  whole,
} from '@agentmem/core/adapter'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readCustomModel } from './custom-model.ts'
import { defaultMaxTokens, knownModels } from './known-models.ts'
import type { ArchiveName, FastModelName, KnownModel } from './known-models.ts'

const owner = 'openFastEmbedder'

export interface FastEmbedderOptions {
  /** A model of the fastembed package, default 'bge-small-en-v1.5'; with `modelFolder`, a name of your own. */
  readonly model?: FastModelName | (string & {}) | undefined
  /** A folder with an ONNX model and its tokenizer. Default: a model of the fastembed package. */
  readonly modelFolder?: string | undefined
  /** The ONNX file in `modelFolder`, default 'model.onnx'. */
  readonly modelFile?: string | undefined
  /** The folder of downloaded models, each in one of its own. Default: agentmem/fastembed in the user's cache folder. */
  readonly cacheFolder?: string | undefined
  /** Put before each document. Default: what the model's card asks for; '' with `modelFolder`. */
  readonly documentPrefix?: string | undefined
  /** Put before each query. Default: what the model's card asks for; '' with `modelFolder`. */
  readonly queryPrefix?: string | undefined
  /** Tokens that are read of a text, special ones included, from 3. Default 512, or the model's limit when that is lower. */
  readonly maxTokens?: number | undefined
  /** Whether texts of more tokens are cut and counted in `stats()`, or are `INVALID_ARGUMENT`. Default 'truncate'. */
  readonly longTexts?: 'truncate' | 'refuse' | undefined
  /** Texts in one run of the model, all of one length, from 1 to 256. Default 16. */
  readonly textsPerRun?: number | undefined
  /** Runs the model in this process, where each run blocks the event loop. Default false: in a child process. */
  readonly inProcess?: boolean | undefined
  /** Shows fastembed's bar on a terminal while a model is downloaded. Default false. */
  readonly showDownloadProgress?: boolean | undefined
  /** Called four times a second while a model is downloaded, with the bytes of its archive that have arrived. */
  readonly onDownload?: ((bytes: number) => void) | undefined
}

/** The settings of a model: data alone, so that it can be sent to another process. */
export interface ModelSettings {
  readonly kind: 'embedder'
  readonly name: string
  /** Where the files are, or will be once they have been downloaded. */
  readonly folder: string
  readonly file: string
  /** What fastembed would download; undefined for a folder of the user. */
  readonly archive: ArchiveName | undefined
  readonly dimensions: number
  readonly maxTokens: number
  readonly longTexts: 'truncate' | 'refuse'
  readonly textsPerRun: number
  readonly showDownloadProgress: boolean
}

export interface FastSettings {
  /** The name of the model, and each option that changes its vectors. */
  readonly identity: string
  readonly prefixes: { readonly document: string; readonly query: string }
  readonly model: ModelSettings
  readonly inProcess: boolean
  readonly onDownload: (bytes: number) => void
}

/** Fills in the defaults, from the files of the model when it is one of the user's. Throws `INVALID_ARGUMENT`. */
export async function readFastOptions(given: FastEmbedderOptions): Promise<FastSettings> {
  const options = readOptions(owner, given, {
    model: optional(text('the name of a model')),
    modelFolder: optional(path('models/my-model')),
    modelFile: optional(text('the name of a file')),
    cacheFolder: optional(path('cache/fastembed')),
    documentPrefix: optional(text('a string', undefined, () => true)),
    queryPrefix: optional(text('a string', undefined, () => true)),
    maxTokens: optional(whole(3, 65_536)),
    longTexts: oneOf(['truncate', 'refuse'], 'truncate'),
    textsPerRun: whole(1, 256, 16),
    inProcess: flag(false),
    showDownloadProgress: flag(false),
    onDownload: callback<FastSettings['onDownload']>(() => undefined),
  })
  const {
    model: name = 'bge-small-en-v1.5',
    modelFolder,
    longTexts,
    textsPerRun,
    showDownloadProgress,
  } = options
  const known = Object.hasOwn(knownModels, name) ? knownModels[name as FastModelName] : undefined
  const source =
    modelFolder === undefined
      ? packagedModel(name, known, options)
      : await ownModel(name, known, modelFolder, options)
  const { folder, file, archive, dimensions, tokenLimit } = source
  const { documentPrefix = source.documentPrefix, queryPrefix = source.queryPrefix } = options
  const defaultTokens = Math.min(defaultMaxTokens, tokenLimit)
  const { maxTokens = defaultTokens } = options
  if (maxTokens > tokenLimit) {
    throw invalid(owner, `has maxTokens: ${maxTokens}, but ${name} reads ${tokenLimit}`)
  }
  const changes = {
    ...(documentPrefix === source.documentPrefix ? {} : { document: documentPrefix }),
    ...(queryPrefix === source.queryPrefix ? {} : { query: queryPrefix }),
    ...(maxTokens === defaultTokens ? {} : { maxTokens }),
  }
  return {
    identity: `fastembed:${name}${Object.keys(changes).length > 0 ? ` ${JSON.stringify(changes)}` : ''}`,
    prefixes: { document: documentPrefix, query: queryPrefix },
    model: {
      kind: 'embedder',
      name,
      folder,
      file,
      archive,
      dimensions,
      maxTokens,
      longTexts,
      textsPerRun,
      showDownloadProgress,
    },
    inProcess: options.inProcess,
    onDownload: options.onDownload,
  }
}

interface ModelSource extends Omit<KnownModel, 'archive'> {
  readonly archive: ArchiveName | undefined
  readonly folder: string
  readonly tokenLimit: number
}

function packagedModel(
  name: string,
  known: KnownModel | undefined,
  options: Pick<FastEmbedderOptions, 'model' | 'modelFile' | 'cacheFolder'>,
): ModelSource {
  if (!known) {
    throw invalid(
      owner,
      `does not know the model '${name}'; there are ${Object.keys(knownModels).join(', ')}. ` +
        'For a model of your own give its modelFolder',
    )
  }
  if (options.modelFile !== undefined)
    throw invalid(owner, 'takes a modelFile only together with a modelFolder')
  const { cacheFolder = defaultCacheFolder() } = options
  return { ...known, folder: resolve(cacheFolder, known.archive), tokenLimit: defaultMaxTokens }
}

async function ownModel(
  name: string,
  known: KnownModel | undefined,
  modelFolder: string,
  options: Pick<FastEmbedderOptions, 'model' | 'modelFile' | 'cacheFolder'>,
): Promise<ModelSource> {
  if (known || options.model === undefined) {
    throw invalid(
      owner,
      `has a modelFolder and the model ${options.model === undefined ? 'left out' : `'${name}'`}; give the model ` +
        'a name of your own, by which a Store will know its vectors',
    )
  }
  if (options.cacheFolder !== undefined)
    throw invalid(owner, 'takes a cacheFolder or a modelFolder, not both')
  const { modelFile: file = 'model.onnx' } = options
  const own = await readCustomModel(modelFolder, file)
  return { ...own, file, folder: modelFolder, archive: undefined, documentPrefix: '', queryPrefix: '' }
}

/** Where models are kept that the user gave no folder for. */
export function defaultCacheFolder(): string {
  const { XDG_CACHE_HOME: cache = join(homedir(), '.cache') } = process.env
  return join(cache, 'agentmem', 'fastembed')
}
