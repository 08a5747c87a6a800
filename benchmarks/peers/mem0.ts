import type { Memory } from 'mem0ai/oss'

import { synced } from '../measured/peer-names.ts'
import { openMem0 } from './open-mem0.ts'
import { likes } from './peer.ts'
import type { OpenPeer, PeerPlace, PeerUse, SharedEmbedder } from './peer.ts'

const scope = { userId: 'user', infer: false }

type Add = (memory: Memory, texts: readonly string[]) => Promise<unknown>

const open =
  (add: Add) =>
  async (place: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const memory = openMem0(place.folder, embedder)
    return {
      add: async texts => void (await add(memory, texts)),
      search: async (text, topK) => {
        const { results } = await memory.search(text, { filters: { user_id: 'user' }, topK })
        return results.map(found => found.memory)
      },
      close: async () => undefined,
    }
  }

const common = {
  peer: 'mem0',
  package: 'mem0ai',
  durability: `${synced.sqlite}, vectors and history in a file each`,
  like: likes.file,
}

export const mem0: readonly PeerUse[] = [
  {
    ...common,
    use: 'add(text, { infer: false }) in a loop',
    kind: 'single',
    open: open(async (memory, texts) => {
      for (const text of texts) await memory.add(text, scope)
    }),
  },
  {
    ...common,
    use: 'add([messages], { infer: false })',
    kind: 'batch',
    open: open((memory, texts) =>
      memory.add(
        texts.map(content => ({ role: 'user', content })),
        scope,
      ),
    ),
  },
]
