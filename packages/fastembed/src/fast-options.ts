import { MemoryError } from '@agentmem/core/adapter'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readCustomModel } from './custom-model.ts'
import { defaultMaxTokens, knownModels } from './known-models.ts'
import type { ArchiveName, FastModelName, KnownModel } from './known-models.ts'

export interface FastEmbedderOptions {
  /** A model of the fastembed package, default 'bge-small-en-v1.5'; with `modelFolder`, a name of your own. */
  readonly model?: FastModelName | (string & {}) | undefined
  /** A folder with an ONNX model and its tokenizer. Default: a model of the fastembed package. */
  readonly modelFolder?: string | undefined
  /** The ONNX file in `modelFolder`, default 'model.onnx'. */
  readonly modelFile?: string | undefined
  /** Where downloaded models are kept, a folder each. Default: agentmem/fastembed in the user's cache folder. */
  readonly cacheFolder?: string | undefined
  /** Put before each document. Default: what the model's card asks for; '' with `modelFolder`. */
  readonly documentPrefix?: string | undefined
  /** Put before each query. Default: what the model's card asks for; '' with `modelFolder`. */
  readonly queryPrefix?: string | undefined
  /** Tokens that are read of a text, special ones included. Default 512, or fewer if the model has fewer. */
  readonly maxTokens?: number | undefined
  /** Whether texts of more tokens are cut and counted in `stats()`, or are `INVALID_ARGUMENT`. Default 'truncate'. */
  readonly longTexts?: 'truncate' | 'refuse' | undefined
  /** Texts in one run of the model, all of one length, from 1 to 256. Default 16. */
  readonly textsPerRun?: number | undefined
  /** Runs the model in this process, where each run blocks the event loop. Default false: in a child process. */
  readonly inProcess?: boolean | undefined
  /** Shows fastembed's bar on a terminal while a model is downloaded. Default false. */
  readonly showDownloadProgress?: boolean | undefined
  /** Called with the bytes that are there of an archive while a model is downloaded, four times a second. */
  readonly onDownload?: ((bytes: number) => void) | undefined
}

/** What the model is loaded and run with: data alone, so that it can be sent to another process. */
export interface ModelSettings {
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
  /** The model, and what makes its vectors differ from those it has by default. */
  readonly identity: string
  readonly prefixes: { readonly document: string; readonly query: string }
  readonly model: ModelSettings
  readonly inProcess: boolean
  readonly onDownload: (bytes: number) => void
}

/** What each option may be, in words for the message, and how that is seen. */
const checks: Readonly<Record<keyof FastEmbedderOptions, readonly [string, (value: unknown) => boolean]>> = {
  model: ['the name of a model', isName],
  modelFolder: ['the path of a folder', isName],
  modelFile: ['the name of a file', isName],
  cacheFolder: ['the path of a folder', isName],
  documentPrefix: ['a string', value => typeof value === 'string'],
  queryPrefix: ['a string', value => typeof value === 'string'],
  maxTokens: ['a whole number from 3 to 65536', value => isWhole(value, 3, 65_536)],
  longTexts: ["'truncate' or 'refuse'", value => value === 'truncate' || value === 'refuse'],
  textsPerRun: ['a whole number from 1 to 256', value => isWhole(value, 1, 256)],
  inProcess: ['true or false', value => typeof value === 'boolean'],
  showDownloadProgress: ['true or false', value => typeof value === 'boolean'],
  onDownload: ['a function', value => typeof value === 'function'],
}

/** Fills in the defaults, from the files of the model when it is one of the user's. Throws `INVALID_ARGUMENT`. */
export async function checkFastOptions(options: FastEmbedderOptions): Promise<FastSettings> {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      throw invalid(`has no option '${name}'; there are ${Object.keys(checks).join(', ')}`)
    }
    const [what, holds] = checks[name as keyof FastEmbedderOptions]
    if (value !== undefined && !holds(value)) throw invalid(`has ${name}: ${show(value)}; give ${what}`)
  }
  const { model: name = 'bge-small-en-v1.5', modelFolder, longTexts = 'truncate' } = options
  const { inProcess = false, showDownloadProgress = false, onDownload = () => undefined } = options
  const known = Object.hasOwn(knownModels, name) ? knownModels[name as FastModelName] : undefined
  const source =
    modelFolder === undefined
      ? packagedModel(name, known, options)
      : await ownModel(name, known, modelFolder, options)
  const { documentPrefix = source.documentPrefix, queryPrefix = source.queryPrefix } = options
  const { maxTokens = Math.min(defaultMaxTokens, source.tokenLimit) } = options
  if (maxTokens > source.tokenLimit) {
    throw invalid(`has maxTokens: ${maxTokens}, but ${name} reads ${source.tokenLimit}`)
  }
  const changes = {
    ...(documentPrefix === source.documentPrefix ? {} : { document: documentPrefix }),
    ...(queryPrefix === source.queryPrefix ? {} : { query: queryPrefix }),
    ...(maxTokens === Math.min(defaultMaxTokens, source.tokenLimit) ? {} : { maxTokens }),
  }
  const { folder, file, archive, dimensions } = source
  const { textsPerRun = 16 } = options
  return {
    identity: `fastembed:${name}${Object.keys(changes).length > 0 ? ` ${JSON.stringify(changes)}` : ''}`,
    prefixes: { document: documentPrefix, query: queryPrefix },
    model: {
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
    inProcess,
    onDownload,
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
  options: FastEmbedderOptions,
): ModelSource {
  if (!known) {
    throw invalid(
      `does not know the model '${name}'; there are ${Object.keys(knownModels).join(', ')}. ` +
        'For a model of your own give its modelFolder',
    )
  }
  if (options.modelFile !== undefined) throw invalid('takes a modelFile only together with a modelFolder')
  const { cacheFolder = defaultCacheFolder() } = options
  return { ...known, folder: resolve(cacheFolder, known.archive), tokenLimit: defaultMaxTokens }
}

async function ownModel(
  name: string,
  known: KnownModel | undefined,
  modelFolder: string,
  options: FastEmbedderOptions,
): Promise<ModelSource> {
  if (known || options.model === undefined) {
    throw invalid(
      `has a modelFolder and the model ${options.model === undefined ? 'left out' : `'${name}'`}; give the model ` +
        'a name of your own, by which a Store will know its vectors',
    )
  }
  if (options.cacheFolder !== undefined) throw invalid('takes a cacheFolder or a modelFolder, not both')
  const { modelFile: file = 'model.onnx' } = options
  const folder = resolve(modelFolder)
  const own = await readCustomModel(folder, file)
  return { ...own, file, folder, archive: undefined, documentPrefix: '', queryPrefix: '' }
}

function defaultCacheFolder(): string {
  const { XDG_CACHE_HOME: cache = join(homedir(), '.cache') } = process.env
  return join(cache, 'agentmem', 'fastembed')
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}

function show(value: unknown): string {
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value))
}

/** An `INVALID_ARGUMENT` error about an option. */
function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openFastEmbedder ${what}.`)
}
