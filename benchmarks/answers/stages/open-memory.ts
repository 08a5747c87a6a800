import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Memory } from '@agentmem/core'
import { openModelExtractor } from '@agentmem/infer'

import { embedderOf, indexes, stores } from '../../opening/backends.ts'
import type { AnswerRun } from './answer-run.ts'

/** Facts are the user's, in no run: what was said in one session answers a question about all. */
const infer = { factScope: 'user', background: false } as const

/** Opens what a run remembers: the turns of all users in `messages`, and in `facts` also what a model made of them. */
export async function openMemory(
  { files, embedder: embedderName, memoryModel }: AnswerRun,
  name: 'messages' | 'facts',
): Promise<Memory> {
  const [store, index, embedder] = [stores['sqlite'], indexes['sqlite-vec'], embedderOf(embedderName)]
  if (!store || !index || !embedder) throw new Error(`There is no embedder '${embedderName}'.`)
  const place = { folder: join(files.folder, name), urls: {} }
  mkdirSync(place.folder, { recursive: true })
  const opened = await embedder.open(place)
  return Memory.open({
    embedder: opened,
    store: await store.open(place),
    index: await index.open(place, opened.dimensions),
    ...(name === 'facts' && { extractor: openModelExtractor({ model: memoryModel }), infer }),
  })
}
