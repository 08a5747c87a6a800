import type { LogHead, Store } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { mutant } from './store-mutant.ts'

const newWords = 'a search of one sees at once'

/** Stores that take no notice of what others write to the same data. */
export const sharingMutants: readonly Mutant<Store>[] = [
  mutant('sharing', 'what one writes the other reads', 'remembers where the log ended', store => {
    let head: Promise<LogHead> | undefined
    return { head: () => (head ??= store.head()) }
  }),
  mutant('sharing', 'of both that expect the same meta value', 'compares before it sets', store => ({
    writeMeta: async (entries, options) => {
      const found = await store.readMeta(entries.map(({ key }) => key))
      await new Promise(resolve => setImmediate(resolve))
      if (entries.some(({ expect }, i) => expect !== undefined && (found[i] ?? null) !== expect)) return false
      return store.writeMeta(
        entries.map(({ key, value }) => ({ key, value })),
        options,
      )
    },
  })),
  mutant('sharing', 'of both that expect the same version', 'compares versions before it writes', store => ({
    patch: async (patches, options) => {
      const found = await store.get(patches.map(({ key }) => key))
      await new Promise(resolve => setImmediate(resolve))
      const isOther = patches.some(
        ({ expectVersion }, i) => (found[i]?.version ?? 0) !== (expectVersion ?? 0),
      )
      return store.patch(
        patches.map(({ expectVersion, ...patch }) => (isOther ? { ...patch, expectVersion } : patch)),
        options,
      )
    },
  })),
  mutant('sharing', newWords, 'leaves vectors out of its log', store => ({
    changes: async (request, options) => ({ ...(await store.changes(request, options)), upserts: [] }),
  })),
  mutant('sharing', newWords, 'leaves words out of its log', store => ({
    textChanges: async (request, options) => ({
      ...(await store.textChanges(request, options)),
      upserts: [],
    }),
  })),
]
