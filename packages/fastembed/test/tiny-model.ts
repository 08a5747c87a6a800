import { openFastEmbedder } from '@agentmem/fastembed'
import type { FastEmbedder, FastEmbedderOptions } from '@agentmem/fastembed'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { shapes, writeModel } from './fixture/write-model.ts'

/** A folder with the tiny model, and how to take it away. */
export async function tinyModel(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-fastembed-'))
  await writeModel(folder, shapes.tiny)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The folder of a tiny model that goes when the test has ended. */
export async function tinyModelOfThisTest(): Promise<string> {
  const { folder, remove } = await tinyModel()
  onTestFinished(remove)
  return folder
}

/** An embedder on a tiny model of its own; both go when the test has ended. */
export async function openTiny(options: FastEmbedderOptions = {}): Promise<FastEmbedder> {
  const modelFolder = await tinyModelOfThisTest()
  const embedder = await openFastEmbedder({ model: 'tiny', modelFolder, ...options })
  onTestFinished(() => embedder.close())
  return embedder
}
