import { MemoryError } from '@agentmem/core/adapter'
import type * as Fastembed from 'fastembed'
import type { FlagEmbedding } from 'fastembed'
import { rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ModelSettings } from '../options/fast-options.ts'
import { importNative } from './import-native.ts'
import { inDownloadFolder } from './in-download-folder.ts'
import { isThere, missingFiles, neededFiles } from '../options/model-files.ts'

type FastembedModule = typeof Fastembed

/**
 * Loads a model with fastembed, and downloads it first when it is not there. Throws `NOT_INSTALLED` when the
 * package or its native parts cannot be loaded, `UNAVAILABLE` when the download fails, with what to put where.
 */
export async function loadModel(
  settings: ModelSettings,
  onDownload: (bytes: number) => void,
): Promise<FlagEmbedding> {
  const fastembed = await importNative('fastembed', () => import('fastembed'))
  if (settings.archive !== undefined && !(await isThere(settings.folder))) {
    return download(fastembed, settings, settings.archive, onDownload)
  }
  const missing = await missingFiles(settings.folder, settings.file)
  if (missing.length > 0) {
    throw new MemoryError(
      'BACKEND',
      `There is no ${missing.join(', no ')} in ${settings.folder}, the folder of the model ${settings.name}. ` +
        `Put the missing files there${settings.archive === undefined ? '' : ', or remove the folder to download it again'}.`,
    )
  }
  try {
    return await start(fastembed, settings, dirname(settings.folder))
  } catch (cause) {
    throw MemoryError.from(cause, `The model ${settings.name} cannot be loaded from ${settings.folder}`)
  }
}

function start(
  { FlagEmbedding, EmbeddingModel }: FastembedModule,
  { name, archive, folder, file, maxTokens, showDownloadProgress }: ModelSettings,
  cacheDir: string,
): Promise<FlagEmbedding> {
  const options = { maxLength: maxTokens, cacheDir, showDownloadProgress }
  if (archive === undefined) {
    const model = EmbeddingModel.CUSTOM
    return FlagEmbedding.init({ ...options, model, modelAbsoluteDirPath: folder, modelName: file })
  }
  const model = Object.values(EmbeddingModel).find(value => value.valueOf() === archive)
  if (!model || model === EmbeddingModel.CUSTOM) {
    throw new MemoryError(
      'UNSUPPORTED',
      `This version of fastembed has no model ${name}; @agentmem/fastembed is made for fastembed 2.1.`,
    )
  }
  return FlagEmbedding.init({ ...options, model })
}

/**
 * fastembed does not notice, the next time, that an archive was cut off or a folder half unpacked. So it downloads into
 * a folder of its own, and the finished model is moved from there.
 */
function download(
  fastembed: FastembedModule,
  settings: ModelSettings,
  archive: string,
  onDownload: (bytes: number) => void,
): Promise<FlagEmbedding> {
  const { name, folder, file } = settings
  const cacheFolder = dirname(folder)
  return inDownloadFolder(cacheFolder, async own => {
    const progress = setInterval(() => {
      stat(join(own, `${archive}.tar.gz`)).then(
        ({ size }) => onDownload(size),
        () => undefined,
      )
    }, 250)
    try {
      const model = await start(fastembed, settings, own)
      // If another process was faster, its folder has the same files.
      await rename(join(own, archive), folder).catch(() => undefined)
      return model
    } catch (cause) {
      if (MemoryError.is(cause)) throw cause
      const files = neededFiles(file).join(', ')
      throw new MemoryError(
        'UNAVAILABLE',
        `The model ${name} is not in ${folder} and cannot be downloaded: ${(cause as Error).message}. Without a network, ` +
          `put its files (${files}) into that folder: unpack ${archiveUrl(archive)} in ${cacheFolder}, or take them ` +
          'from the model on huggingface.co.',
        { cause },
      )
    } finally {
      clearInterval(progress)
    }
  })
}

/** Where fastembed downloads from; one archive is not named after its folder. */
function archiveUrl(archive: string): string {
  const name = archive.replace(/^fast-(?=all-)/, 'sentence-transformers-')
  return `https://storage.googleapis.com/qdrant-fastembed/${name}.tar.gz`
}
