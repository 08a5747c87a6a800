import { MemoryError } from '@agentmem/core/adapter'
import type { LogHead, StagedVector, Store } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { mutant } from './store-mutant.ts'

/** Stores that mix up the vectors of two models. */
export const stagingMutants: readonly Mutant<Store>[] = [
  mutant('model', 'those of another model', 'looks at no model', store => ({
    put: (records, options) => store.put(records, { ...options, embedder: undefined }),
  })),
  mutant('model', 'it counts in the moment of the write', 'looks at the model before it writes', store => ({
    put: async (records, options) => {
      const [embedder] = await store.readMeta(['embedder'])
      if (embedder !== options?.embedder) throw new MemoryError('MODEL_MISMATCH', 'Another model.')
      await new Promise(resolve => setImmediate(resolve))
      return store.put(records)
    },
  })),
  mutant('reuse', 'a patch of other fields', 'takes new content for reusable', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(patch => ({ ...patch, reusable: true })),
        options,
      ),
  })),
  mutant('reuse', 'has nothing for a model', 'gives vectors away to any model', store => ({
    vectorsByHash: async hashes => {
      const [embedder = ''] = await store.readMeta(['embedder'])
      return store.vectorsByHash(hashes, { embedder })
    },
  })),
  mutant('staging', 'what was staged for another model', 'keeps what was staged for another model', store => {
    const kept: StagedVector[] = []
    return {
      stage: async (embedder, vectors) => {
        await store.stage(embedder, vectors)
        kept.push(...vectors)
      },
      startStaging: async embedder => {
        await store.startStaging(embedder)
        await store.stage(embedder, kept)
        return store.startStaging(embedder)
      },
    }
  }),
  mutant('staging', 'what is written meanwhile', 'ends its last page where the log ends', store => ({
    unstaged: async request => {
      const page = await store.unstaged(request)
      return { ...page, cursor: page.done ? page.cursor + 1 : page.cursor }
    },
  })),
  mutant('staging', 'gives staged vectors back', 'leaves out what is not staged', store => ({
    stagedVectors: async (embedder, hashes) =>
      (await store.stagedVectors(embedder, hashes)).toSorted((a, b) => Number(!a) - Number(!b)),
  })),
  mutant('adopt', 'does nothing while a text', 'adopts what there is', store => ({
    adoptStaged: (embedder, options) =>
      store.adoptStaged(embedder, {
        ...options,
        limit: 10_000,
        complete: async texts => texts.map(() => new Float32Array(12).fill(1)),
      }),
  })),
  mutant('adopt', 'moves each record further on', 'leaves the log as it was', store => {
    let head: LogHead | undefined
    return {
      adoptStaged: async (embedder, options) => {
        head = await store.head()
        return store.adoptStaged(embedder, options)
      },
      head: async () => head ?? store.head(),
    }
  }),
]
