import { MemoryError } from '@agentmem/core/adapter'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isThere, missingFiles, neededFiles } from './model-files.ts'

/** Facts from a model's own files. */
export interface CustomModel {
  readonly dimensions: number
  /** Tokens that its tokenizer, and its table of positions, allow. */
  readonly tokenLimit: number
}

/** Reads config.json and tokenizer_config.json. Throws `INVALID_ARGUMENT` when files or numbers are missing. */
export async function readCustomModel(folder: string, modelFile: string): Promise<CustomModel> {
  const missing = await missingFiles(folder, modelFile)
  if (missing.length > 0) {
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `There is no ${missing.join(', no ')} in the modelFolder ${folder}; a model needs ` +
        `${neededFiles(modelFile).join(', ')} there.`,
    )
  }
  const config = await readObject(join(folder, 'config.json'))
  const dimensions = config['hidden_size']
  if (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 1) {
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `${join(folder, 'config.json')} has hidden_size: ${JSON.stringify(dimensions)}; a BERT model has a whole number there.`,
    )
  }
  return { dimensions, tokenLimit: await readTokenLimit(folder) }
}

/** The tokens that a model's own files allow; Infinity when none says so. Throws `INVALID_ARGUMENT` for a broken file. */
export async function readTokenLimit(folder: string): Promise<number> {
  const limits = {
    'tokenizer_config.json': 'model_max_length',
    'config.json': 'max_position_embeddings',
  }
  let least = Infinity
  for (const [file, entry] of Object.entries(limits)) {
    const path = join(folder, file)
    if (!(await isThere(path))) continue
    const limit = (await readObject(path))[entry]
    if (typeof limit === 'number') least = Math.min(least, limit)
  }
  return least
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof value === 'object' && value !== null) return { ...value }
    throw new TypeError('it holds no object')
  } catch (cause) {
    throw new MemoryError('INVALID_ARGUMENT', `${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
    })
  }
}
