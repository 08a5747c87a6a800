import { MemoryError } from '@agentmem/core/adapter'
import type * as Tokenizers from '@anush008/tokenizers'
import type * as Onnxruntime from 'onnxruntime-node'
import { createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { CrossEncoderParts } from './cross-encoder-model.ts'
import type { CrossEncoderSettings } from '../options/cross-encoder-options.ts'
import { importNative } from './import-native.ts'
import { inDownloadFolder } from './in-download-folder.ts'
import { repositoryFile } from '../options/known-rerankers.ts'
import { isThere, missingOf } from '../options/model-files.ts'
import { PairEncoder } from './pair-encoder.ts'

const tokenizerFile = 'tokenizer.json'

type Libraries = Pick<typeof Onnxruntime, 'InferenceSession' | 'Tensor'> &
  Pick<typeof Tokenizers, 'Tokenizer'>

/**
 * Loads a cross-encoder, and downloads it first when it is not there. Throws `NOT_INSTALLED` when onnxruntime-node or
 * the tokenizer cannot be loaded, `UNAVAILABLE` when the download fails, with what to put where.
 */
export async function loadCrossEncoder(
  settings: CrossEncoderSettings,
  onDownload: (bytes: number) => void,
): Promise<CrossEncoderParts> {
  const { name, folder, file, source } = settings
  const libraries = await importLibraries()
  if (source !== undefined && !(await isThere(folder))) {
    return download(libraries, settings, source, onDownload)
  }
  const missing = await missingOf(folder, [file, tokenizerFile])
  if (missing.length > 0) {
    throw new MemoryError(
      'BACKEND',
      `There is no ${missing.join(', no ')} in ${folder}, the folder of the model ${name}. Put the missing files there` +
        `${source === undefined ? '' : ', or remove the folder to download it again'}.`,
    )
  }
  try {
    return await start(libraries, settings, folder)
  } catch (cause) {
    throw MemoryError.from(cause, `The model ${name} cannot be loaded from ${folder}`)
  }
}

async function importLibraries(): Promise<Libraries> {
  const onnxruntime = await importNative('onnxruntime-node', () => import('onnxruntime-node'))
  const tokenizers = await importNative('@anush008/tokenizers', () => import('@anush008/tokenizers'))
  const { InferenceSession, Tensor } = onnxruntime
  return { InferenceSession, Tensor, Tokenizer: tokenizers.Tokenizer }
}

async function start(
  { Tokenizer, InferenceSession, Tensor }: Libraries,
  { file, maxTokens }: CrossEncoderSettings,
  folder: string,
): Promise<CrossEncoderParts> {
  const tokenizer = Tokenizer.fromFile(join(folder, tokenizerFile))
  const pairs = await PairEncoder.open(tokenizer, maxTokens)
  return { pairs, session: await InferenceSession.create(join(folder, file)), Tensor }
}

function download(
  libraries: Libraries,
  settings: CrossEncoderSettings,
  source: string,
  onDownload: (bytes: number) => void,
): Promise<CrossEncoderParts> {
  const { name, folder, file } = settings
  const files = { [tokenizerFile]: tokenizerFile, [file]: repositoryFile }
  return inDownloadFolder(dirname(folder), async own => {
    let bytes = 0
    const progress = setInterval(() => onDownload(bytes), 250)
    const model = join(own, name)
    try {
      await mkdir(model)
      for (const [target, path] of Object.entries(files)) {
        await downloadFile(`${source}/resolve/main/${path}`, join(model, target), more => (bytes += more))
      }
      const parts = await start(libraries, settings, model)
      // If another process was faster, its folder has the same files.
      await rename(model, folder).catch(() => undefined)
      return parts
    } catch (cause) {
      if (MemoryError.is(cause)) throw cause
      throw new MemoryError(
        'UNAVAILABLE',
        `The model ${name} is not in ${folder} and cannot be downloaded: ${reasonOf(cause)}. Without a network, put ` +
          `${Object.entries(files)
            .map(([target, path]) => `${source}/resolve/main/${path} there as ${target}`)
            .join(', and ')}.`,
        { cause },
      )
    } finally {
      clearInterval(progress)
    }
  })
}

async function downloadFile(url: string, path: string, onBytes: (bytes: number) => void): Promise<void> {
  const response = await fetch(url)
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`)
  const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      onBytes(chunk.byteLength)
      yield chunk
    }
  }
  await pipeline(response.body, counted, createWriteStream(path))
}

function reasonOf(cause: unknown): string {
  // fetch says no more than 'fetch failed'; its own cause says why.
  const error = cause as Error
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
