import type { Memory } from '@agentmem/core'
import { contentOf } from '../steps.ts'

/** A call of a Memory, and what the memories of its user say before and after it. */
export interface Call {
  readonly run: (memory: Memory, user: string, ids: readonly string[]) => Promise<unknown>
  /** What is there once it was acknowledged, of what was there before. Default: the same. */
  readonly after?: (contents: readonly string[]) => readonly string[]
  /** What may be there too when it failed. A call of several transactions has such a state, and names it. */
  readonly between?: (contents: readonly string[]) => readonly string[]
  /** How many entries the history of the first memory then has. Default: one, that of its beginning. */
  readonly historyAfter?: number
}

const said = 'Ada moved to Porto in May.'
const isDone = (result: { failed: readonly unknown[] }): void => {
  const [failure] = result.failed as { error: Error }[]
  // What was received and not understood is told so, and tried again by others.
  if (failure) throw failure.error
}

/** Every kind of call, on three memories of a user. */
export const calls: Readonly<Record<string, Call>> = {
  add: {
    run: (memory, user) => memory.add('One without an id.', { userId: user }),
    after: contents => [...contents, 'One without an id.'],
  },
  addBatch: {
    run: (memory, user) =>
      memory.addBatch(
        [7, 8, 9].map(n => ({ id: `${user}/${n}`, content: contentOf(`${user}/${n}`) })),
        { userId: user },
      ),
    after: contents => {
      const user = contents[0]?.split('of ')[1]?.split('/')[0]
      return [...contents, ...[7, 8, 9].map(n => contentOf(`${user}/${n}`))]
    },
  },
  update: {
    run: (memory, _user, [id = '']) => memory.update(id, 'Changed, alone.', {}),
    after: ([, ...others]) => ['Changed, alone.', ...others],
    historyAfter: 2,
  },
  updateBatch: {
    run: (memory, _user, ids) => memory.updateBatch(ids.map(id => ({ id, content: contentOf(id, 2) }))),
    after: contents =>
      contents.map(content => content.replace('v0 of', 'v2 of').replace('changed 0', 'changed 2')),
    historyAfter: 2,
  },
  delete: {
    run: (memory, _user, [id = '']) => memory.delete(id),
    after: contents => contents.slice(1),
    historyAfter: 2,
  },
  deleteBatch: {
    run: (memory, _user, ids) => memory.deleteBatch(ids.slice(0, 2)),
    after: contents => contents.slice(2),
    historyAfter: 2,
  },
  deleteAll: {
    run: (memory, user) => memory.deleteAll({ userId: user }),
    after: () => [],
    historyAfter: 2,
  },
  infer: {
    run: async (memory, user) =>
      isDone(await memory.add([{ role: 'user', content: said }], { userId: user, infer: true })),
    after: contents => [...contents, said, said],
    between: contents => [...contents, said],
  },
  search: { run: (memory, user) => memory.search('noted', { userId: user, mode: 'text' }) },
  list: { run: (memory, user) => Array.fromAsync(memory.list({ userId: user })) },
  get: { run: (memory, _user, ids) => memory.getBatch(ids) },
  history: { run: (memory, _user, [id = '']) => memory.history(id) },
}
