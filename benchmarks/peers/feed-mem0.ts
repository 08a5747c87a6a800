import type { Feed } from '../inference/fed.ts'
import { openMem0 } from './open-mem0.ts'
import { sharedEmbedder } from './shared-embedder.ts'

/** mem0, with the model at the address. */
export const feed: Feed = async (baseUrl, messages, folder) => {
  const memory = openMem0(folder, sharedEmbedder(), baseUrl)
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
