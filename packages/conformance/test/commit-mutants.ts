import type { Store, StoreChange } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { mutant } from './store-mutant.ts'

function committing(
  group: string,
  fails: string,
  fault: string,
  change: (given: StoreChange) => StoreChange,
): Mutant<Store> {
  return mutant(group, fails, fault, store => ({
    commit: (given, options) => store.commit(change(given), options),
  }))
}

/** Stores that commit in parts, or take no care of the inbox, of what is superseded and of what is hidden. */
export const commitMutants: readonly Mutant<Store>[] = [
  mutant('commit', 'one of done that does not wait', 'writes records and inbox apart', store => ({
    commit: async ({ done, ...rest }, options) => {
      const receipt = await store.commit(rest, options)
      await store.commit({ done: done ?? [] }, options)
      return receipt
    },
  })),
  mutant('commit', 'of two that work on the same rows', 'takes done for what is not there', store => ({
    commit: async ({ done = [], ...rest }, options) => {
      try {
        return await store.commit({ ...rest, done }, options)
      } catch {
        return store.commit(rest, options)
      }
    },
  })),
  committing('commit', 'a row of another scope', 'goes by the id alone', change => ({
    ...change,
    done: change.done?.map(({ orgId, id }) => ({ orgId, id })),
  })),
  committing('commit', 'another version than expected', 'expects no version', change => ({
    ...change,
    patches: change.patches?.map(patch => ({ ...patch, expectVersion: undefined })),
  })),
  mutant('commit', 'a put that is a duplicate', 'leaves a duplicate out whatever is done', store => ({
    commit: async ({ done, ...rest }, options) => {
      const receipt = await store.commit(rest, options)
      if (done) await store.commit({ done }, options)
      return receipt
    },
  })),
  mutant('inbox', 'gives what waits in the order', 'gives the newest first', store => ({
    pending: async (query, options) => {
      const page = await store.pending(query, options)
      return { ...page, messages: page.messages.toReversed() }
    },
  })),
  mutant('inbox', 'is counted', 'counts what is parked as well', store => ({
    stats: async () => {
      const { waiting = 0, parked = 0, ...rest } = await store.stats()
      return { ...rest, waiting: waiting + parked, parked }
    },
  })),
  mutant('inbox', 'gives what may be taken now', 'takes no notice of the time', store => ({
    pending: (query, options) => store.pending({ ...query, now: 8e15 }, options),
  })),
  committing('inbox', 'what is postponed comes later', 'forgets answers', change => ({
    ...change,
    postponed: change.postponed?.map(row => ({ ...row, answer: null })),
  })),
  mutant('current', 'what is superseded leaves searches', 'keeps what is superseded in its log', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(({ set: { supersededBy: _by, ...set }, ...patch }) => ({ ...patch, set })),
        options,
      ),
  })),
  mutant('current', 'the history of what is superseded', 'tells of a change alone', store => ({
    history: async keys =>
      (await store.history(keys)).map(entries =>
        entries.map(entry => ({ ...entry, event: entry.event === 'SUPERSEDE' ? 'UPDATE' : entry.event })),
      ),
  })),
  mutant('budgets', 'touch of 500 keys', 'counts each use by itself', store => ({
    touch: async (keys, at, options) => {
      for (const key of keys) await store.touch([key], at, options)
    },
  })),
  mutant('current', 'touch counts uses', 'counts by a patch', store => ({
    touch: async (keys, at, options) => {
      const found = await store.get(keys)
      const patches = keys.flatMap((key, i) => {
        const accessCount = (found[i]?.accessCount ?? 0) + 1
        return found[i] ? [{ key, set: { accessCount, lastAccessedAt: at }, updatedAt: at }] : []
      })
      await store.patch(patches, options)
    },
  })),
]
