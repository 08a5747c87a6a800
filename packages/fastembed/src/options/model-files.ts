import { access } from 'node:fs/promises'
import { join } from 'node:path'

const besideModel = ['tokenizer.json', 'config.json', 'tokenizer_config.json', 'special_tokens_map.json']

/** The files that fastembed needs in the folder of a model. */
export function neededFiles(modelFile: string): string[] {
  return [modelFile, ...besideModel]
}

/** Those of the needed files that are not there. */
export function missingFiles(folder: string, modelFile: string): Promise<string[]> {
  return missingOf(folder, neededFiles(modelFile))
}

/** Those of the files that are not in the folder. */
export async function missingOf(folder: string, names: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (const name of names) {
    if (!(await isThere(join(folder, name)))) missing.push(name)
  }
  return missing
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
