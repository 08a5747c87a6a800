import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { MemoryError } from '@agentmem/core'
import type { VectorIndex } from '@agentmem/core/adapter'
import type { FolderIndex, FolderIndexOptions } from '../src/index.ts'
import type { Mutant } from './mutant.ts'
import { openReference } from './open-reference.ts'
import { overrideMethods } from './override-methods.ts'

type Overrides = (index: VectorIndex, options: FolderIndexOptions) => Partial<VectorIndex>

/** An index with some methods that are wrong, however it is opened in this process. */
function mutant(group: string, fails: string, fault: string, overrides: Overrides): Mutant<FolderIndex> {
  const opened = (part: FolderIndex) => async (options: FolderIndexOptions) => {
    const index = await part.open(options)
    return overrideMethods(index, overrides(index, options))
  }
  return { group, fails, fault, mutate: part => ({ ...part, open: opened(part) }) }
}

/** An index that other processes open by another function. */
function elsewhere(group: string, fails: string, fault: string, open: string): Mutant<FolderIndex> {
  const mutate = (part: FolderIndex): FolderIndex => ({ ...part, opening: { ...part.opening, open } })
  return { group, fails, fault, mutate }
}

/** An index that does more, or something else, when it is opened. */
function onOpening(
  group: string,
  fails: string,
  fault: string,
  open: (part: FolderIndex, options: FolderIndexOptions) => Promise<VectorIndex>,
): Mutant<FolderIndex> {
  const mutate = (part: FolderIndex): FolderIndex => ({ ...part, open: options => open(part, options) })
  return { group, fails, fault, mutate }
}

const threads: readonly Mutant<FolderIndex>[] = [
  mutant('thread', 'that dies rejects', 'answers as if all were well when its thread has died', index => ({
    apply: batch => index.apply(batch).catch(() => undefined),
  })),
  elsewhere('thread', 'that is idle', 'lets the process end while a call is pending', 'openCareless'),
  elsewhere('thread', 'that is idle', 'keeps the process alive', 'openClinging'),
  mutant('thread', 'ends when', 'leaves its thread behind', index => ({
    close: async () => void setImmediate().then(() => index.close()),
  })),
  mutant('thread', 'that optimizes while', 'gives up what it optimizes with an error', index => {
    let isClosing = false
    return {
      optimize: async () => {
        await index.optimize()
        if (isClosing) throw new MemoryError('CLOSED', 'The index is closed.')
      },
      close: () => {
        isClosing = true
        return index.close()
      },
    }
  }),
  mutant('thread', 'answers searches before', 'answers in the order in which it is asked', index => {
    let last: Promise<unknown> = Promise.resolve()
    return {
      apply: batch => {
        const applied = index.apply(batch)
        last = applied
        return applied
      },
      search: async queries => {
        await last
        return index.search(queries)
      },
    }
  }),
]

const graphs: readonly Mutant<FolderIndex>[] = [
  mutant('graphs', 'find the nearest in shares', 'gives rounded scores', index => ({
    search: async queries => {
      const answers = await index.search(queries)
      return answers.map(matches =>
        matches.map(({ id, score }) => ({ id, score: Math.round(score * 1e6) / 1e6 })),
      )
    },
  })),
  mutant('graphs', 'find the nearest in shares', 'misses one in twenty', index => ({
    search: async queries => {
      const answers = await index.search(queries)
      return answers.map((matches, i) => matches.filter((_, rank) => (i + rank) % 20 !== 0))
    },
  })),
  mutant('graphs', 'find the nearest in shares', 'builds no graph', index => ({
    stats: async () => ({ ...(await index.stats()), graphVectors: 0 }),
  })),
  mutant('graphs', 'give all of a scope', 'gives a hundred at most', index => ({
    search: async queries => (await index.search(queries)).map(matches => matches.slice(0, 100)),
  })),
  mutant('graphs', 'find the nearest after', 'finds what was deleted', index => ({
    apply: batch => index.apply({ ...batch, deletes: [] }),
  })),
  mutant('graphs', 'find the nearest after', 'keeps the first vector of an id', index => ({
    apply: async ({ upserts, ...batch }) => {
      const held = await index.get(upserts.map(({ id }) => id))
      await index.apply({ ...batch, upserts: upserts.filter((_, i) => held[i] === undefined) })
    },
  })),
]

const files: readonly Mutant<FolderIndex>[] = [
  mutant('files', 'bring back', 'loses a vector when it is closed', index => ({
    close: async () => {
      await index.apply({ upserts: [], deletes: ['entry-000007'], cursor: await index.cursor() })
      await index.close()
    },
  })),
  mutant(
    'files',
    'have what was not optimized',
    'saves when it is told to alone',
    (index, { path = '' }) => ({
      close: async () => {
        const header = join(path, 'header.json')
        const before = await readFile(header).catch(() => undefined)
        await index.close()
        await (before ? writeFile(header, before) : rm(header))
      },
    }),
  ),
  mutant('files', 'are not written again', 'writes whatever it has at every call', index => ({
    optimize: async () => {
      await index.apply({ upserts: [], deletes: [], cursor: await index.cursor() })
      await index.optimize()
    },
  })),
  onOpening('files', 'are saved while', 'saves nothing but its beginning', async (_part, options) => {
    const index = await openReference({ ...options, savesAfter: Infinity })
    await index.apply({ upserts: [], deletes: [], cursor: 0 })
    await index.optimize()
    return index
  }),
  onOpening('files', 'that a process left', 'clears away the files of others', async (part, options) => {
    await rm(join(part.path, 'entries-00000000-0000-4000-8000-000000000001'))
    return part.open(options)
  }),
  mutant('files', 'that cannot be written', 'says nothing of what it could not write', index => ({
    optimize: () => index.optimize().catch(() => undefined),
  })),
  mutant(
    'files',
    'of two at the same time',
    'goes back to what it last saw when it is closed',
    (index, { path = '' }) => {
      const header = join(path, 'header.json')
      let seen: Buffer | undefined
      return {
        optimize: async () => {
          await index.optimize()
          seen = await readFile(header)
        },
        close: async () => {
          await index.close()
          if (seen) await writeFile(header, seen)
        },
      }
    },
  ),
]

const misfits: readonly Mutant<FolderIndex>[] = [
  'because of other dimensions',
  'because of another format',
  'because a bit of one',
  'because one is cut short',
  'because one is missing',
].map(fails =>
  mutant('files that do not fit', fails, 'does not say why it is empty', index => ({
    stats: async () => ({ ...(await index.stats()), rebuiltBecause: undefined }),
  })),
)

const ends: readonly Mutant<FolderIndex>[] = [
  ...['scan', 'search', 'apply', 'optimize'].map(work =>
    elsewhere(
      'ends of a process',
      `while it is to ${work}`,
      'ends the process in its own way',
      'openStubborn',
    ),
  ),
  elsewhere('ends of a process', 'that is killed', 'writes its header in place', 'openInPlace'),
]

/** Indexes in a thread, with files, that have one fault each. */
export const folderIndexMutants: readonly Mutant<FolderIndex>[] = [
  ...threads,
  ...graphs,
  ...files,
  ...misfits,
  mutant(
    'files that do not fit',
    'because a bit of one',
    'has the cursor of what it has not read',
    index => ({
      cursor: async () => Math.max(1, await index.cursor()),
    }),
  ),
  ...ends,
]
