import type { Feed } from '../inference/fed.ts'
import { openMem0 } from './open-mem0.ts'
import { sharedEmbedder } from './shared-embedder.ts'

/** mem0, with the model at the address. */
export const feed: Feed = async ({ baseUrl, messages, folder, isFull = false }) => {
  const memory = openMem0(folder, sharedEmbedder(), baseUrl)
  if (isFull) {
    const insert = async (): Promise<never> => {
      throw new Error('disk full')
    }
    // Its stores are opened by the first call.
    await memory.getAll({ filters: { user_id: 'ana' } })
    Object.assign(Reflect.get(memory, 'vectorStore') as object, { insert })
  }
  const told = await memory
    .add(
      messages.map(content => ({ role: 'user', content })),
      { userId: 'ana' },
    )
    .then(
      ({ results }) => `${results.length} facts, no failure`,
      (error: Error) => `throws ${error.message.slice(0, 60)}`,
    )
  let kept = 0
  for (const message of messages) {
    const { results } = await memory.search(message, { filters: { user_id: 'ana' }, topK: 5 })
    if (results.some(({ memory: text }) => text?.includes(message))) kept++
  }
  return { told, kept }
}
