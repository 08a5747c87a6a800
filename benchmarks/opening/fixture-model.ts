import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename } from 'node:fs/promises'
import { join } from 'node:path'

import { shapes, writeModel } from '../../packages/fastembed/test/fixture/write-model.ts'

const folder = join(import.meta.dirname, '../../node_modules/.agentmem/models')

/** The folder of a model in the shape of all-MiniLM-L6-v2 with random weights, written when it is not there. */
export async function fixtureModel(): Promise<string> {
  const model = join(folder, 'mini-lm-fixture')
  if (existsSync(model)) return model
  await mkdir(folder, { recursive: true })
  const written = await mkdtemp(join(folder, 'new-'))
  await writeModel(written, shapes.miniLM)
  await rename(written, model)
  return model
}
